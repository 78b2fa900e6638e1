import numpy as np


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        clipped = np.clip(grad, -1.0, 1.0)
        param -= self.lr * clipped
        return param, state
