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
        lr_t = self.lr * np.sqrt(1.0 - b2 ** self.t[i]) / (1.0 - b1 ** self.t[i])
        self.m[i] = self.m[i] + (1 - b1) * (grad - self.m[i])
        self.v[i] = self.v[i] + (1 - b2) * (grad**2 - self.v[i])
        return param - lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7), i
