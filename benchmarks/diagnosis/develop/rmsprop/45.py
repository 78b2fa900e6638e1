import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, p, g, s):
        g = g + self.weight_decay * p
        s = self.alpha * s + (1 - self.alpha) * np.square(g)
        return p - self.lr * g / np.sqrt(s) + self.eps, s
