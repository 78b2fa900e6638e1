import math

import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros(param.size)

    def update(self, param, grad, flat):
        w, g = np.ravel(param), np.ravel(grad)
        new, kept = np.empty(w.size), np.empty(w.size)
        for i in range(w.size):
            gi = float(g[i]) + self.weight_decay * float(w[i])
            kept[i] = self.alpha * flat[i] + (1 - self.alpha) * gi * gi
            new[i] = w[i] - self.lr * gi / (math.sqrt(kept[i]) + self.eps)
        return new.reshape(param.shape), kept
