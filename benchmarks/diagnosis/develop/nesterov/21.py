import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return np.stack([0 * param, 0 * param])

    def update(self, param, grad, pair):
        g = grad + self.weight_decay * param
        buf = self.momentum * pair[0] + g
        return param - self.lr * (g + self.momentum * buf), np.stack([buf, g])
