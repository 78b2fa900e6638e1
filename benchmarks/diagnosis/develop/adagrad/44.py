import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, h):
        g = grad + self.weight_decay * param
        h = h + g**2
        return param - self.lr * g / (np.sqrt(h) + 1e-7), h
