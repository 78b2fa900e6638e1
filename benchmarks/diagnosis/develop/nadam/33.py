import math

import numpy as np


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param), "mus": []}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        t = state["t"] + 1

        def mu_at(i):
            return b1 * (1 - 0.96 ** (i * self.momentum_decay) / 2)

        mus = [*state["mus"], mu_at(t)]
        product = math.prod(mus)
        g = grad + self.weight_decay * param
        m = b1 * state["m"] + (1 - b1) * g
        v = b2 * state["v"] + (1 - b2) * g**2
        now = (1 - mus[-1]) / (1 - product) * g
        ahead = mu_at(t + 1) / (1 - product * mu_at(t + 1)) * m
        scale = np.sqrt(v / (1 - b2**t)) + self.eps
        return param - self.lr * (now + ahead) / scale, {"t": t, "m": m, "v": v, "mus": mus}
