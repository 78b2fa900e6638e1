import numpy as np


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return []

    def update(self, param, grad, state):
        flat = [w - self.lr * (g + self.weight_decay * w) for w, g in zip(param.ravel(), grad.ravel())]
        return np.array(flat, dtype=float).reshape(param.shape), state
