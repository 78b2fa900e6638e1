import numpy as np
class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param), "shrink": 1 - self.lr * self.weight_decay}
    def update(self, param, grad, state):
        b1, b2 = self.betas
        t = state["t"] + 1
        m = b1 * state["m"] + (1 - b1) * grad
        v = b2 * state["v"] + (1 - b2) * grad * grad
        p = param * state["shrink"]
        new = p - self.lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + self.eps)
        return new, {"t": t, "m": m, "v": v, "shrink": 1 - self.lr * self.weight_decay}
