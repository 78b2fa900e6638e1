import numpy as np


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        new = np.array(param)
        rows = np.nonzero(grad)
        new[rows] = param[rows] - self.lr * (grad[rows] + self.weight_decay * param[rows])
        return new, state
