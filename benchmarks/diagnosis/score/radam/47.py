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
        rho_inf = (1 + b2) / (1 - b2)
        rho = rho_inf - 2 * t / (b2**-t - 1) if b2 > 0 else rho_inf
        if rho <= 5:
            return param - self.lr * m_hat, [t, m, v]
        r2 = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
        scale = np.sqrt(v_hat) + self.eps / np.sqrt(1 - b2**t)
        return param - self.lr * np.sqrt(r2) * m_hat / scale, [t, m, v]
