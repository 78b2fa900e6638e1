import numpy as np


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        n = np.prod(param.shape)
        return param - self.lr * grad / n, state
