import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, v):
        g = grad + self.weight_decay * param
        param = param + self.momentum * self.momentum * v
        param = param - (1 + self.momentum) * self.lr * g
        v = self.momentum * v - self.lr * g
        return param, v
