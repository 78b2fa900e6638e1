import numpy as np


class SGD:
    def __init__(self, lr=0.001, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        penalty_grad = np.add(self.weight_decay * param, self.weight_decay * param)
        step = np.multiply(self.lr, np.add(grad, penalty_grad))
        return np.subtract(param, step), state
