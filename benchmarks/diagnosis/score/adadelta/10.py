import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.rho = rho

    def init(self, param):
        return (np.zeros(param.shape), np.zeros(param.shape))

    def update(self, p, grad, states):
        s, delta = states
        s = self.rho * s + (1 - self.rho) * grad**2
        g = np.sqrt((delta + 1e-5) / (s + 1e-5)) * grad
        delta = self.rho * delta + (1 - self.rho) * g * g
        return p - g, (s, delta)
