import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.v = None

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        step = grad + self.weight_decay * param
        if self.momentum > 0:
            if self.v is None:
                self.v = np.zeros_like(param)
            self.v = self.momentum * self.v + step
            step = self.v
        return param - self.lr * step, state
