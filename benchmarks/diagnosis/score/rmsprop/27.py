import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.eps = lr, eps

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, cache):
        cache = 0.9 * cache + 0.1 * grad * grad
        return param - self.lr * grad / (np.sqrt(cache) + self.eps), cache
