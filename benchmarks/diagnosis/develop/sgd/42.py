import numpy as np


class SGD:
    LIMIT = 1e3

    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        safe = np.maximum(np.minimum(grad, self.LIMIT), -self.LIMIT)
        return param - self.lr * (safe + self.weight_decay * param), state
