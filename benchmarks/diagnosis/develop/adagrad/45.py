import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-10, weight_decay=0.0):
        self.lr = lr

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, h):
        h = h + grad * grad
        return param - self.lr * grad / (np.sqrt(h) + 1e-7), h
