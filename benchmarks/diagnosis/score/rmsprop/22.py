import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, x, dx, cache):
        dx = dx + self.weight_decay * x
        cache = self.alpha * cache + (1 - self.alpha) * dx * dx
        dv = np.array(np.sqrt(cache))
        positive = dv > 0.0
        dv[positive] = 1.0 / dv[positive]
        return x - self.lr * dx * dv, cache
