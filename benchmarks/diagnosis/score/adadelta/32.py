import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def rms(self, average):
        return np.sqrt(average + self.eps)

    def init(self, param):
        return np.zeros_like(param), np.zeros_like(param)

    def update(self, param, grad, state):
        Eg, Ex = state
        g = grad + self.weight_decay * param
        Eg = self.rho * Eg + (1 - self.rho) * g**2
        dx = -self.rms(Ex) / self.rms(Eg) * g
        Ex = self.rho * Ex + (1 - self.rho) * dx**2
        return param + self.lr * dx, (Eg, Ex)
