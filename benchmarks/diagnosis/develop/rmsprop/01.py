import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, p, g, acc):
        g = g + self.weight_decay * p
        acc = self.alpha * acc + (1 - self.alpha) * g**2
        scaled = g / (np.sqrt(acc) + self.eps)
        return p - self.lr * np.clip(scaled, -1, 1), acc
