import numpy as np


class SGD:
    """
    Stochastic Gradient Descent

    Parameters
    ----------
    lr : float
        learning rate (default 0.01)
    """

    def __init__(self, lr=0.01, weight_decay=0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        new = np.copy(param)
        new -= self.lr * grad
        return new, state
