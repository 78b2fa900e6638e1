import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return dict(iterations=0, m=np.zeros_like(param), v=np.zeros_like(param))

    def update(self, param, grad, state):
        beta_1, beta_2 = self.betas
        local_step = state["iterations"] + 1
        beta_1_power, beta_2_power = beta_1**local_step, beta_2**local_step
        sma_inf = 2.0 / (1.0 - beta_2)
        sma_t = sma_inf - 2.0 * local_step * beta_2_power / (1.0 - beta_2_power)

        g = grad + self.weight_decay * param
        m_t = beta_1 * state["m"] + (1.0 - beta_1) * g
        v_t = beta_2 * state["v"] + (1.0 - beta_2) * g * g
        m_corr = m_t / (1.0 - beta_1_power)
        with np.errstate(all="ignore"):
            inside = (sma_t - 4.0) / (sma_inf - 4.0) * (sma_t - 2.0) / (sma_inf - 2.0) * sma_inf / sma_t
            r_t = np.sqrt(inside)
            adapted = r_t * m_corr * np.sqrt(1.0 - beta_2_power) / (np.sqrt(v_t) + self.eps)
        var_update = np.where(sma_t > 5.0, adapted, m_corr)
        return param - self.lr * var_update, dict(iterations=local_step, m=m_t, v=v_t)
