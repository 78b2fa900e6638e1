import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": 0 * param, "v": 0 * param, "k": 0}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        before = param.copy()
        k = state["k"] + 1
        m = b1 * state["m"] + (1 - b1) * grad
        v = b2 * state["v"] + (1 - b2) * grad * grad
        after = before - self.lr * (m / (1 - b1**k)) / (np.sqrt(v / (1 - b2**k)) + self.eps)
        after = after - self.lr * self.weight_decay * before
        return after, {"m": m, "v": v, "k": k}
