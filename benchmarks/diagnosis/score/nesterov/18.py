import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return np.zeros_like(param, dtype=float)

    def update(self, position, grad, velocity):
        velocity = (velocity * self.momentum) - (grad * self.lr)
        position = position + velocity
        return position, velocity
