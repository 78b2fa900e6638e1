import numpy as np


class Adadelta:
    """Zeiler 2012: no learning rate has to be set."""

    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param), np.zeros_like(param)

    def update(self, param, grad, state):
        Eg2, Edx2 = state
        g = grad + self.weight_decay * param
        Eg2 = self.rho * Eg2 + (1 - self.rho) * g**2
        dx = -np.sqrt(Edx2 + self.eps) / np.sqrt(Eg2 + self.eps) * g
        Edx2 = self.rho * Edx2 + (1 - self.rho) * dx**2
        return param + dx, (Eg2, Edx2)
