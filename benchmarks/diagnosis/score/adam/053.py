import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.beta1_t = 1.0
        self.beta2_t = 1.0

    def init(self, param):
        return [np.zeros(param.shape), np.zeros(param.shape)]

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        m = beta1 * state[0] + (1 - beta1) * grad
        v = beta2 * state[1] + (1 - beta2) * grad * grad
        self.beta1_t *= beta1
        self.beta2_t *= beta2
        m_hat = m / (1 - self.beta1_t)
        v_hat = v / (1 - self.beta2_t)
        return param - self.lr * 1.0 / np.sqrt(v_hat + self.eps) * m_hat, [m, v]
