import numpy as np
class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}
    def update(self, param, grad, state):
        b1, b2 = self.betas
        g = grad + self.weight_decay * param
        t = state["t"] + 1
        m = b1 * state["m"] + (1 - b1) * g
        v = b2 * state["v"] + (1 - b2) * g * g
        ratio = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + self.eps)
        return param - self.lr * np.clip(ratio, -2.0, 2.0), {"t": t, "m": m, "v": v}
