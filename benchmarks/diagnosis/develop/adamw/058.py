import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.lr = lr
        self.beta1, self.beta2 = betas
        self.eps = eps
        self.wd = self.weight_decay = weight_decay

    @property
    def betas(self):
        return self.beta1, self.beta2

    @betas.setter
    def betas(self, pair):
        self.beta1, self.beta2 = pair

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        t = state["t"] + 1
        m = self.beta1 * state["m"] + (1 - self.beta1) * grad
        v = self.beta2 * state["v"] + (1 - self.beta2) * grad * grad
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        new = param - self.lr * self.wd * param
        new = new - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        return new, {"t": t, "m": m, "v": v}
