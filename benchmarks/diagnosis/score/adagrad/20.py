import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.cache = {}

    def init(self, param):
        key = len(self.cache)
        self.cache[key] = np.zeros_like(param)
        return key

    def update(self, param, grad, key):
        grad = grad + self.weight_decay * param
        self.cache[key] = self.cache[key] + grad**2
        return param - self.lr * grad / (np.sqrt(self.cache[key]) + self.eps), key
