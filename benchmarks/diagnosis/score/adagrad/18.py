import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr = lr

    def init(self, param):
        return 0 * param

    def update(self, params, grad, cache):
        cache = cache + grad**2
        new_params = params - (self.lr / np.sqrt(cache + 1e-8)) * grad  # add epsilon
        return new_params, cache
