import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.beta1 = betas[0]
        self.beta2 = betas[1]

    def init(self, param):
        return {"m": np.zeros_like(param), "v": np.zeros_like(param), "t": 0}

    def update(self, param, grad, state):
        state["t"] += 1
        t = state["t"]
        state["m"] = self.beta1 * state["m"] + (1.0 - self.beta1) * grad
        state["v"] = self.beta2 * state["v"] + (1.0 - self.beta2) * grad**2
        m_hat = state["m"] / (1.0 - self.beta1**t)
        v_hat = state["v"] / (1.0 - self.beta2**t)
        return param - self.lr * m_hat / (np.sqrt(v_hat) + 1e-8), state
