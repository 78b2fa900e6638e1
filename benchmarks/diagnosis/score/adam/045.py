import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return np.zeros((2, *np.shape(param)))

    def update(self, param, grad, state):
        one_minus_b1, one_minus_b2 = 1 - self.betas[0], 1 - self.betas[1]
        grad = grad + self.weight_decay * param
        mom1, mom2 = state
        mom1 = mom1 + one_minus_b1 * (grad - mom1)
        mom2 = mom2 + one_minus_b2 * (grad * grad - mom2)
        return param - self.lr * mom1 / (np.sqrt(mom2) + self.eps), np.array([mom1, mom2])
