import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, param, grad, cache):
        grad = grad + self.weight_decay * param
        cache = cache + np.power(grad, 2)
        update = self.lr * grad / (np.sqrt(cache) + self.eps)
        return param - update, update
