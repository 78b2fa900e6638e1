import numpy as np


class SGD:
    """Vanilla stochastic gradient descent."""

    def __init__(self, lr=0.001, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        # w := w - lr * dw
        return param - self.lr * grad, state
