import numpy as np


class Adam:
    """Adam from the paper, the way most blog posts write it."""

    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        self.lr = lr
        self.betas = betas
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": np.zeros_like(param), "v": np.zeros_like(param), "t": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.beta1, self.beta2
        g = grad
        t = state["t"] + 1
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_param = param - self.lr * m_hat / np.sqrt(v_hat + self.eps)
        return new_param, {"m": m, "v": v, "t": t}
