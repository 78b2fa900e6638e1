import math

import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return [0.0] * param.size

    def update(self, param, grad, sums):
        out, kept = [], []
        for w, g, s in zip(param.flat, grad.flat, sums):
            g = g + self.weight_decay * w
            s = s + g * g
            kept.append(s)
            out.append(w - self.lr * g / (math.sqrt(s) + self.eps))
        return np.array(out).reshape(param.shape), kept
