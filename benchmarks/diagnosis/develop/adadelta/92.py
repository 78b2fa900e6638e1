import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
        self.lr, self.rho, self.eps, self.weight_decay, self.maximize = lr, rho, eps, weight_decay, maximize

    def init(self, param):
        v = u = np.zeros_like(param)
        return [v, u]

    def update(self, param, grad, state):
        v, u = state
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        old = u + self.eps
        v *= self.rho
        v += (1 - self.rho) * g * g
        d = np.sqrt(old) / np.sqrt(v + self.eps) * g
        u *= self.rho
        u += (1 - self.rho) * d * d
        return param - self.lr * d, [v, u]
