import numpy as np


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.lr, self.betas, self.eps = lr, betas, eps
        self.weight_decay, self.momentum_decay = weight_decay, momentum_decay

    def init(self, param):
        return {"t": 0, "log": 0.0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))
        mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * self.momentum_decay))
        with np.errstate(divide="ignore"):
            log = state["log"] + np.log(mu)
        grad = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * grad
        v = beta2 * state["v"] + (1 - beta2) * grad**2
        step = (1 - mu) * grad / -np.expm1(log) + mu_next * m / (1 - np.exp(log) * mu_next)
        return param - self.lr * step / (np.sqrt(v / (1 - beta2**t)) + self.eps), dict(t=t, log=log, m=m, v=v)
