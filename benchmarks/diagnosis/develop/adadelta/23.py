import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        self.sq = np.zeros_like(param)
        self.acc = np.zeros_like(param)

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        self.sq = self.rho * self.sq + (1 - self.rho) * g**2
        delta = np.sqrt(self.acc + self.eps) / np.sqrt(self.sq + self.eps) * g
        self.acc = self.rho * self.acc + (1 - self.rho) * delta**2
        return param - self.lr * delta, state
