import numpy as np

class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr, self.betas, self.eps, self.weight_decay, self.momentum_decay = lr, betas, eps, weight_decay, momentum_decay

    def init(self, p):
        return 1, 1.0, np.zeros_like(p), np.zeros_like(p)

    def update(self, p, g, s):
        t, P, m, v = s
        b1, b2 = self.betas
        mu = b1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        P = P * mu
        g = g + self.weight_decay * p
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g ** 2
        top = (1 - mu) * g / (1 - P) + mu * m / (1 - P * mu)
        return p - self.lr * top / (np.sqrt(v / (1 - b2 ** t)) + self.eps), (t + 1, P, m, v)
