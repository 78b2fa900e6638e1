import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-8, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, accumulated):
        accumulated = accumulated + grad**2
        return param - self.lr * grad / np.sqrt(accumulated + self.eps), accumulated
