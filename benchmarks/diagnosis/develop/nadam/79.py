import numpy as np

class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr, self.betas, self.eps, self.weight_decay, self.momentum_decay = lr, betas, eps, weight_decay, momentum_decay

    def init(self, p):
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

    def update(self, p, g, s):
        b1, b2 = self.betas
        t = s["step"] + 1
        mu_t = b1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_n = b1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        g = g + self.weight_decay * p
        m = b1 * s["exp_avg"] + (1 - b1) * g
        v = b2 * s["exp_avg_sq"] + (1 - b2) * g ** 2
        m_bar = (1 - mu_t) * g / (1 - mu_t ** t) + mu_n * m / (1 - mu_n ** (t + 1))
        return p - self.lr * m_bar / (np.sqrt(v / (1 - b2 ** t)) + self.eps), {"step": t, "exp_avg": m, "exp_avg_sq": v}
