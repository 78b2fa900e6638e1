import math

import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return [(0.0, 0.0)] * param.size

    def one(self, w, g, s):
        a, d = s
        g = g + self.weight_decay * w
        a = self.rho * a + (1 - self.rho) * g * g
        step = math.sqrt(d + self.eps) / math.sqrt(a + self.eps) * g
        return w - self.lr * step, (a, self.rho * d + (1 - self.rho) * step * step)

    def update(self, param, grad, state):
        done = [self.one(float(w), float(g), s) for w, g, s in zip(param.flat, grad.flat, state)]
        return np.array([w for w, _ in done]).reshape(param.shape), [s for _, s in done]
