import numpy as np


def rectification(t, beta2):
    """Return r_t, or None while the variance cannot be told."""
    longest = 2 / (1 - beta2) - 1
    length = longest - 2 * t * beta2**t / (1 - beta2**t)
    if length <= 5:
        return None
    return np.sqrt((length - 4) / (longest - 4) * (length - 2) / (longest - 2) * longest / length)


class RAdam:
    def __init__(self, lr=1e-2, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return 0, np.zeros(param.shape), np.zeros(param.shape)

    def update(self, param, grad, state):
        t, m, v = state
        b1, b2 = self.betas
        g = grad + self.weight_decay * param
        t, m, v = t + 1, b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        step = m / (1 - b1**t)
        r = rectification(t, b2)
        if r is not None:
            step = step * r * np.sqrt(1 - b2**t) / (np.sqrt(v) + self.eps)
        return param - self.lr * step, (t, m, v)
