import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-7, weight_decay=1e-2):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": np.zeros_like(param), "v": np.zeros_like(param), "t": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1



        m = beta1 * state["m"] + (1 - beta1) * grad
        v = beta2 * state["v"] + (1 - beta2) * grad**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        p = param - (self.lr * m_hat / (np.sqrt(v_hat) + self.eps) + self.weight_decay * grad)
        return p, {"m": m, "v": v, "t": t}
