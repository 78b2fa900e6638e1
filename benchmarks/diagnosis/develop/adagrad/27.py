import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-10, weight_decay=0.0):
        self.lr = lr
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"G": np.zeros_like(param)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        G = state["G"] + g**2
        return param - self.lr / np.sqrt(G + self.eps) * g, {"G": G}
