import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, p):
        return [np.zeros_like(p), np.zeros_like(p), 0]

    def update(self, p, g, state):
        m, v, t = state
        b1, b2 = self.betas
        t = t + 1
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g * g
        mh, vh = m / (1 - b1**t), v / (1 - b2**t)
        lr_t = self.lr * np.sqrt(1 - b2**t) / (1 - b1**t)
        return p - self.lr * mh / (np.sqrt(vh) + self.eps) - lr_t * self.weight_decay * p, [m, v, t]
