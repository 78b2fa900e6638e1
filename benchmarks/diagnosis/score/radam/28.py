import numpy as np


class RAdam:
    """修正 Adam：二阶矩可靠之前，只用动量。"""

    def __init__(self, lr=1e-3, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        g = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        state = {"t": t, "m": m, "v": v}
        m_hat = m / (1 - beta1**t)
        # 近似简单移动平均的长度
        rho_inf = 2 / (1 - beta2) - 1
        rho_t = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        if not rho_t > 4:
            return param - self.lr * m_hat, state
        # 方差修正
        l_t = np.sqrt(1 - beta2**t) / (np.sqrt(v) + self.eps)
        r_t = np.sqrt((rho_t - 4) * (rho_t - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
        return param - self.lr * r_t * m_hat * l_t, state
