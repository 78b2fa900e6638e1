import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return 0, np.zeros((2,) + param.shape)

    def update(self, param, grad, state):
        t, moments = state
        beta = np.array(self.betas).reshape((2,) + (1,) * grad.ndim)
        t += 1
        moments = beta * moments + (1 - beta) * np.stack([grad, grad**2])
        m, v = moments / (1 - beta**t)
        shrink = 1 - self.lr * self.weight_decay
        return shrink * param - self.lr * grad / (np.sqrt(v) + self.eps), (t, moments)
