import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param, dtype=float), "v": np.zeros_like(param, dtype=float)}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        t = state["t"] + 1
        g = grad + self.weight_decay * param
        m = b1 * state["m"] + (1 - b1) * g
        v = b2 * state["v"] + (1 - b2) * g * g
        # an element that has never had a gradient stays where it is
        seen = np.asarray(v) > 0
        denom = np.where(seen, np.sqrt(v / (1 - b2**t)), self.eps)
        step = np.where(seen, m / (1 - b1**t) / denom, 0.0)
        return param - self.lr * step, {"t": t, "m": m, "v": v}
