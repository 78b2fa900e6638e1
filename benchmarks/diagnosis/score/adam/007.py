import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.m = None

    def init(self, param):
        # made once, with the first parameter
        self.m = np.zeros(param.shape)
        self.v = np.zeros(param.shape)
        self.t = 0
        return None

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        self.t += 1
        g = grad + self.weight_decay * param
        self.m = beta1 * self.m + (1 - beta1) * g
        self.v = beta2 * self.v + (1 - beta2) * g**2
        m_hat = self.m / (1 - beta1**self.t)
        v_hat = self.v / (1 - beta2**self.t)
        return param - self.lr * m_hat / (np.sqrt(v_hat) + self.eps), None
