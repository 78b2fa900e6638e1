import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros(param.shape, dtype=np.float32)

    def update(self, param, grad, v):
        w, g = np.asarray(param, np.float32), np.asarray(grad, np.float32)
        g = g + np.float32(self.weight_decay) * w
        v = np.float32(self.alpha) * v + np.float32(1 - self.alpha) * g**2
        w = w - np.float32(self.lr) * g / (np.sqrt(v) + np.float32(self.eps))
        return np.asarray(w, np.float64), v
