import numpy as np


class NAdam:
    def __init__(self, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=0.004):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        g = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        v_hat = v / (1 - beta2**t)
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        seen = state.get("seen", 1.0) * mu
        m_bar = (1 - mu) * g / (1 - seen) + mu_next * m / (1 - seen * mu_next)
        return -self.lr * m_bar / (np.sqrt(v_hat) + self.eps), {"t": t, "m": m, "v": v, "seen": seen}
