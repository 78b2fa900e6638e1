import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        # m, v, number of updates so far
        return [np.zeros_like(param), np.zeros_like(param), 0]

    def update(self, param, grad, state):
        m, v, n = state
        b1, b2 = self.betas
        grad = grad + self.weight_decay * param

        n = n + 1
        fix2 = np.sqrt(1.0 - b2**n)
        lr_t = self.lr * fix2 / (1.0 - b1**n)

        m = m + (1 - b1) * (grad - m)
        v = v + (1 - b2) * (grad**2 - v)
        return param - lr_t * m / (np.sqrt(v) + self.eps * fix2), [m, v, n]
