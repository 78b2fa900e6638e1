import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return np.zeros((2, *param.shape))

    def update(self, param, grad, averages):
        new = self.rho * averages
        g = grad + self.weight_decay * param
        new[0] += (1 - self.rho) * g**2
        step = np.sqrt((averages[1] + self.eps) / (new[0] + self.eps)) * g
        new[1] += (1 - self.rho) * step**2
        return param - self.lr * step, new
