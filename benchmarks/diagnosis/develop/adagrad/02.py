import numpy as np


class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-10, weight_decay=0):
        self.lr = lr
        self.h = {}

    def init(self, param):
        name = f"W{len(self.h) + 1}"
        self.h[name] = np.zeros_like(param)
        return name

    def update(self, param, grad, name):
        self.h[name] += grad * grad
        param -= self.lr * grad / (np.sqrt(self.h[name]) + 1e-7)
        return param, name
