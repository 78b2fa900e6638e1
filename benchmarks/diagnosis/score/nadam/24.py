import numpy as np


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def init(self, param):
        return 1, 1.0, np.zeros(param.size), np.zeros(param.size)

    def update(self, param, grad, state):
        t, product, ms, vs = state
        (b1, b2), lam = self.betas, self.weight_decay
        mu, nxt = [b1 * (1 - 0.5 * 0.96 ** (i * self.momentum_decay)) for i in (t, t + 1)]
        product = product * mu
        c2 = 1 - b2**t
        new, m_new, v_new = np.empty(param.size), np.empty(param.size), np.empty(param.size)
        for i, (x, g) in enumerate(zip(np.ravel(param), np.ravel(grad))):
            g = g + lam * x
            m_new[i] = b1 * ms[i] + (1 - b1) * g
            v_new[i] = b2 * vs[i] + (1 - b2) * g * g
            step = nxt * m_new[i] / (1 - product * nxt)
            new[i] = x - self.lr * step / ((v_new[i] / c2) ** 0.5 + self.eps)
        return new.reshape(param.shape), (t + 1, product, m_new, v_new)
