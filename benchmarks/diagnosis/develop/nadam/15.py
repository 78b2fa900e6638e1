import numpy as np


class NAdam:
    def __init__(self, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=0.004):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        g = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        # Nesterov momentum
        m_bar = beta1 * m_hat + (1 - beta1) * g / (1 - beta1**t)
        new = param - self.lr * m_bar / (np.sqrt(v_hat) + self.eps)
        return new, {"t": t, "m": m, "v": v}
