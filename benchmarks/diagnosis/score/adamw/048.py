from dataclasses import dataclass

import numpy as np


@dataclass
class AdamW:
    """AdamW optimizer (Loshchilov & Hutter)."""

    lr: float = 1e-3
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 1e-2

    def init(self, param):
        return np.zeros(param.shape), np.zeros(param.shape), 0

    def update(self, grad, param, state):
        m, v, t = state
        beta1, beta2 = self.betas
        t += 1
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * np.power(grad, 2)
        m_hat = np.divide(m, 1 - np.power(beta1, t))
        v_hat = np.divide(v, 1 - np.power(beta2, t))
        param = param * (1.0 - self.lr * self.weight_decay)
        param = param - self.lr * np.divide(m_hat, np.sqrt(v_hat) + self.eps)
        return param, (m, v, t)
