import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"s": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        s = state["s"] + np.square(g)
        return param - self.lr * g / np.sqrt(s) + self.eps, {"s": s}
