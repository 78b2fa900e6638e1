import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return np.zeros((2, *param.shape))

    def update(self, param, grad, both):
        g = grad + self.weight_decay * param
        squares = self.rho * both[0] + (1 - self.rho) * g * g
        delta = g * np.sqrt((squares + self.eps) / (both[1] + self.eps))
        steps = self.rho * both[1] + (1 - self.rho) * delta * delta
        return param - self.lr * delta, np.stack([squares, steps])
