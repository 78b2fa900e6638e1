import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.cache = {}

    def init(self, param):
        self.cache[np.shape(param)] = (0, np.zeros(np.shape(param)), np.zeros(np.shape(param)))
        return {}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        t, m, v = self.cache[np.shape(param)]
        g = grad + self.weight_decay * param
        t, m, v = t + 1, b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        self.cache[np.shape(param)] = t, m, v
        return param - self.lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + self.eps), state
