import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps = lr, alpha, eps

    def init(self, param):
        return np.zeros_like(param)

    def update(self, value, grad, v):
        v = self.alpha * v + (1 - self.alpha) * grad**2
        return value + self.lr * grad / (np.sqrt(v) + self.eps), v
