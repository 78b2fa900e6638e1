import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return [np.zeros(param.size), param.shape]

    def update(self, param, grad, state):
        flat, shape = state
        flat = self.momentum * flat + np.ravel(grad) + self.weight_decay * np.ravel(param)
        return param - self.lr * flat.reshape(shape), [flat, shape]
