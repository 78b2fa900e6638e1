import numpy as np


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr, self.betas, self.eps = lr, betas, eps
        self.weight_decay, self.momentum_decay = weight_decay, momentum_decay

    def share(self, t):
        """The share of beta1 that counts in step t: from a half towards all of it."""
        return 1 - 0.5 * 0.96 ** (t * self.momentum_decay)

    def init(self, param):
        return {"t": 0, "share": self.share(1), "product": 1.0, "m": 0.0 * param, "v": 0.0 * param}

    def update(self, param, grad, s):
        b1, b2 = self.betas
        grad = grad + param * self.weight_decay
        t, mu = s["t"] + 1, b1 * s["share"]
        coming = self.share(t + 1)
        product = s["product"] * mu
        m, v = b1 * s["m"] + (1 - b1) * grad, b2 * s["v"] + (1 - b2) * grad * grad
        denominator = (v / (1 - b2**t)) ** 0.5 + 1e-10
        numerator = grad * ((1 - mu) / (1 - product)) + m * (b1 * coming / (1 - product * b1 * coming))
        return param - self.lr * numerator / denominator, dict(t=t, share=coming, product=product, m=m, v=v)
