import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"gg": np.zeros_like(param)}

    def update(self, param, grad, state):
        gradient = grad + self.weight_decay * param
        old_gg = state["gg"]
        new_gg = old_gg + gradient * gradient
        delta = gradient / (np.sqrt(old_gg) + self.eps)
        return param - self.lr * delta, {"gg": new_gg}
