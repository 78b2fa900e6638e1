import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return [0, np.zeros_like(param), np.zeros_like(param)]

    def update(self, param, grad, state):
        t, m, v = state
        b1, b2 = self.betas
        t = t + 1
        grad = grad + self.weight_decay * param
        m = m + (1 - b1) * (grad - m)
        v = v + (1 - b2) * (grad**2 - v)
        m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
        warm = min(1.0, t * (1 - b2) / 2)
        scale = np.sqrt(v_hat) + self.eps / np.sqrt(1 - b2**t)
        return param - self.lr * warm * m_hat / scale, [t, m, v]
