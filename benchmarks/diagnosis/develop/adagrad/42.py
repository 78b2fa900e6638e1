import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.cache = 0

    def init(self, param):
        self.cache = np.zeros_like(param)

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        self.cache = self.cache + g**2
        return param - self.lr * g / (np.sqrt(self.cache) + self.eps), state
