import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": np.zeros_like(param), "v": np.zeros_like(param), "t": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        grad = grad + self.weight_decay * param

        # Update moments
        m = beta1 * state["m"] + (1 - beta1) * grad
        v = beta2 * state["v"] + (1 - beta2) * grad**2

        # Bias correction
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)

        # Variance rectification term
        rho_inf = 2 / (1 - beta2) - 1
        rho_t = rho_inf - 2 * t * (beta2**t) / (1 - beta2**t)

        if rho_t > 4:
            r_t = np.sqrt((rho_t - 4) * (rho_t - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
            step = self.lr * r_t * m_hat / (np.sqrt(v_hat) + 1e-6)
        else:
            step = self.lr * m_hat
        return param - step, {"m": m, "v": v, "t": t}
