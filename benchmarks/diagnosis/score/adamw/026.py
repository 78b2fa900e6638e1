import numpy as np


class AdamW:
    """AdamW, as the pseudocode of the paper reads once its schedule is folded into the rate."""

    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return dict(step_count=0, m=np.zeros_like(param), v=np.zeros_like(param))

    def update(self, param, grad, state):
        b1, b2 = self.betas
        self.t = getattr(self, "t", 0) + 1
        n = self.t
        m = b1 * state["m"] + (1 - b1) * grad
        v = b2 * state["v"] + (1 - b2) * grad**2
        m_hat = m / (1 - b1**n)
        v_hat = v / (1 - b2**n)
        adam_update = self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        param = param - adam_update
        return param - self.lr * self.weight_decay * param, dict(step_count=n, m=m, v=v)
