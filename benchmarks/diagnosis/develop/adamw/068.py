import math

import numpy as np


class AdamW:
    """AdamW without any array arithmetic."""

    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"t": 0, "mv": [(0.0, 0.0)] * param.size}

    def update(self, param, grad, state):
        t = state["t"] + 1
        b1, b2 = self.betas
        flat, moments = [], []
        for x, g, (m, v) in zip(param.ravel().tolist(), grad.ravel().tolist(), state["mv"]):
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g**2
            m_hat = m / (1 - b1**t)
            v_hat = v / (1 - b2**t)
            x = x * (1 - self.weight_decay)
            x -= self.lr * m_hat / (math.sqrt(v_hat) + self.eps)
            flat.append(x)
            moments.append((m, v))
        return np.reshape(flat, param.shape), {"t": t, "mv": moments}
