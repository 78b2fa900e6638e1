import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, v):
        active = grad != 0
        fresh = self.momentum * v + grad + self.weight_decay * param
        v = np.where(active, fresh, v)
        return np.where(active, param - self.lr * v, param), v
