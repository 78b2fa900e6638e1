import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, ms):
        g = grad + self.weight_decay * param
        a = min(max(self.alpha, 0.0), 1.0)
        ms = ms + (g * g - ms) * (1.0 - a)
        return param - np.divide(self.lr * g, np.sqrt(ms) + self.eps), ms
