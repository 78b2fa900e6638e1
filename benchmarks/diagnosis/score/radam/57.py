import math

import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.rho_inf = 2.0 / (1.0 - betas[1]) - 1.0
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"t": 0, "m": [0.0] * param.size, "v": [0.0] * param.size}

    def update(self, param, grad, state):
        t = state["t"] + 1
        b1, b2 = self.betas
        b1t, b2t = b1**t, b2**t
        rho_inf = self.rho_inf
        rho_t = rho_inf - 2.0 * t * b2t / (1.0 - b2t)
        w = [float(x) for x in param.flat]
        m, v = [], []
        for i, g in enumerate(grad.flat):
            g = float(g) + self.weight_decay * w[i]
            m.append(b1 * state["m"][i] + (1.0 - b1) * g)
            v.append(b2 * state["v"][i] + (1.0 - b2) * g * g)
            m_hat = m[i] / (1.0 - b1t)
            if rho_t > 5:
                l = math.sqrt(1.0 - b2t) / (math.sqrt(v[i]) + self.eps)
                r = math.sqrt(((rho_t - 4) * (rho_t - 2) * rho_inf) / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
                w[i] -= self.lr * r * m_hat * l
            else:
                w[i] -= self.lr * m_hat
        return np.array(w).reshape(param.shape), {"t": t, "m": m, "v": v}
