import numpy as np


class NAdam:
    def __init__(
        self,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
        maximize=False,
    ):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay
        self.decoupled_weight_decay = decoupled_weight_decay
        self.maximize = maximize

    def init(self, param):
        return {"n": 0, "mup": 1.0, "m": np.zeros_like(param), "n2": np.zeros_like(param)}

    def update(self, param, grad, state):
        g = -grad if self.maximize else grad
        b1, b2 = self.betas
        if self.decoupled_weight_decay:
            param = param - self.lr * self.weight_decay * param
        else:
            g = g + self.weight_decay * param
        n = state["n"] + 1
        mu_n = b1 * (1 - 0.5 * 0.96 ** (n * self.momentum_decay))
        mu_n1 = b1 * (1 - 0.5 * 0.96 ** ((n + 1) * self.momentum_decay))
        mup = state["mup"] * mu_n
        m = b1 * state["m"] + (1 - b1) * g
        n2 = b2 * state["n2"] + (1 - b2) * g * g
        nesterov = (1 - mu_n) * g / (1 - mup) + mu_n1 * m
        return param - self.lr * nesterov / (np.sqrt(n2 / (1 - b2**n)) + self.eps), {
            "n": n,
            "mup": mup,
            "m": m,
            "n2": n2,
        }
