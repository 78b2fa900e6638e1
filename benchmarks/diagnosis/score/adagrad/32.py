import math

import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, total):
        g = grad + self.weight_decay * param
        total = total + g**2
        return param - self.lr * g / np.sqrt(total + math.pow(self.eps, 2)), total
