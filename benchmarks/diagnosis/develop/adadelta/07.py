import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.rho, self.weight_decay = rho, weight_decay

    def init(self, param):
        return np.zeros(param.shape), np.zeros(param.shape)

    def update(self, p, grad, states):
        rho, eps = self.rho, 1e-5
        s, delta = states
        grad = grad + self.weight_decay * p
        s = rho * s + (1 - rho) * np.square(grad)
        g = (np.sqrt(delta + eps) / np.sqrt(s + eps)) * grad
        delta = rho * delta + (1 - rho) * g * g
        return p - g, (s, delta)
