import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros_like(param)

    def update(self, W, dW, cache):
        cache = cache + dW**2
        adaptive = self.lr * dW / (np.sqrt(cache) + self.eps)
        return W - adaptive - self.lr * self.weight_decay * W, cache
