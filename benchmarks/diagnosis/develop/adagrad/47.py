import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"norm": np.zeros_like(param)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        norm = np.hypot(state["norm"], g)
        return param - self.lr * g / (norm + self.eps), {"norm": norm}
