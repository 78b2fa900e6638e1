import numpy as np

LOG_096 = np.log(0.96)


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def init(self, param):
        return [0, 1.0, np.zeros_like(param), np.zeros_like(param)]

    def update(self, param, grad, state):
        t, product, m, v = state
        b1, b2 = self.betas
        t += 1
        mu_t, mu_next = (b1 * (1 - 0.5 * np.exp(LOG_096 * self.momentum_decay * k)) for k in (t, t + 1))
        product *= mu_t
        g = np.asarray(grad) + self.weight_decay * np.asarray(param)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        bar = (1 - mu_t) * g / (1 - product) + mu_next * m / (1 - product * mu_next)
        return param - self.lr * bar / (np.sqrt(v / (1 - b2**t)) + self.eps), [t, product, m, v]
