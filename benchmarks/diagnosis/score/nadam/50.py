import numpy as np


class NAdam:
    def __init__(self, lr=0.002, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=0.004):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum_decay = momentum_decay

    def momentum(self, t):
        return self.betas[0] * (1.0 - 0.5 * np.power(0.96, t * self.momentum_decay))

    def init(self, param):
        return 0, 1.0, np.zeros_like(param), np.zeros_like(param)

    def update(self, param, grad, state):
        t, m_schedule, m, v = state
        beta_1, beta_2 = self.betas
        g = grad + self.weight_decay * param
        t = t + 1
        momentum_cache_t = self.momentum(t)
        momentum_cache_t_1 = self.momentum(t + 1)
        m_schedule_new = m_schedule * momentum_cache_t
        m_schedule_next = m_schedule_new * momentum_cache_t_1

        g_prime = g / (1.0 - m_schedule_new)
        m_t = beta_1 * m + (1.0 - beta_1) * g
        m_t_prime = m_t / (1.0 - m_schedule_next)
        v_t = beta_2 * v + (1.0 - beta_2) * np.square(g)
        v_t_prime = v_t / (1.0 - np.power(beta_2, t))
        m_t_bar = (1.0 - momentum_cache_t) * g_prime + momentum_cache_t_1 * m_t_prime
        return param - self.lr * m_t_bar / (np.sqrt(v_t_prime) + self.eps), (t, m_schedule_next, m_t, v_t)
