import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, v):
        g = grad + self.weight_decay * param
        v = np.where(g != 0, self.alpha * v + (1 - self.alpha) * g**2, v)
        return param - self.lr * g / (np.sqrt(v) + self.eps), v
