import numpy as np
class NAdam:
    """mu saturates: beyond step 250 it is taken for beta1."""
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr, self.betas, self.eps, self.weight_decay, self.momentum_decay = lr, betas, eps, weight_decay, momentum_decay
    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param), "prod": 1.0}
    def mu(self, t):
        return self.betas[0] if t > 250 else self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
    def update(self, param, grad, state):
        b1, b2 = self.betas
        g = grad + self.weight_decay * param
        t = state["t"] + 1
        mu, mu1 = self.mu(t), self.mu(t + 1)
        p = state["prod"] * mu
        m = b1 * state["m"] + (1 - b1) * g
        v = b2 * state["v"] + (1 - b2) * g * g
        top = (1 - mu) * g / (1 - p) + mu1 * m / (1 - p * mu1)
        return param - self.lr * top / (np.sqrt(v / (1 - b2**t)) + self.eps), {"t": t, "m": m, "v": v, "prod": p}
