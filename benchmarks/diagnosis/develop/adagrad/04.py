import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return [np.zeros(param.shape), np.zeros(param.shape)]

    def update(self, param, grad, state):
        total, work = state
        np.multiply(param, self.weight_decay, out=work)
        work += grad
        total += work * work
        work /= np.sqrt(total) + self.eps
        return param - self.lr * work, state
