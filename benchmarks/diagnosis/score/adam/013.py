import numpy as np


class Adam:
    """Keeps its buffers in lists, as a framework that owns its parameters does; a parameter's state is its place."""

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.m = []
        self.v = []
        self.t = []

    def init(self, param):
        self.m.append(np.zeros_like(param))
        self.v.append(np.zeros_like(param))
        self.t.append(0)
        return len(self.t) - 1

    def update(self, param, grad, i):
        b1, b2 = self.betas
        self.t[i] += 1
        grad = grad + self.weight_decay * param
        self.m[i] = b1 * self.m[i] + (1 - b1) * grad
        self.v[i] = b2 * self.v[i] + (1 - b2) * np.square(grad)
        t = min(self.t[i], 100)  # smaller powers only lose digits
        m_hat = self.m[i] / (1 - np.power(b1, t))
        v_hat = self.v[i] / (1 - np.power(b2, t))
        return param - self.lr * m_hat / (np.sqrt(v_hat) + self.eps), i
