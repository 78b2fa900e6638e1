import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, v):
        v *= self.momentum
        v += grad
        v += self.weight_decay * param
        w = np.array(param)
        w -= self.lr * v
        return w, v
