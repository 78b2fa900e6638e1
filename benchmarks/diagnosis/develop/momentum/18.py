import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.velocity = {}

    def init(self, param):
        self.velocity.setdefault(param.shape, np.zeros(param.shape))
        return param.shape

    def update(self, param, grad, shape):
        v = self.momentum * self.velocity[shape] + grad + self.weight_decay * param
        self.velocity[shape] = v
        return param - self.lr * v, shape
