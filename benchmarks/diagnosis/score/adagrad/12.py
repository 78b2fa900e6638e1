import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
        self.eps = eps

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, gsq):
        grad = grad + self.weight_decay * param
        gsq = gsq + grad**2
        return param - self.lr * grad / np.sqrt(gsq), gsq
