import numpy as np


class Nesterov:
    def __init__(self, lr=0.001, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, variable, grad, v):
        v_prev = v
        v = self.momentum * v - self.lr * grad
        return variable - self.momentum * v_prev + (1 + self.momentum) * v, v
