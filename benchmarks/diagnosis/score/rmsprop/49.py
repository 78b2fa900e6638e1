import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self._averages = []

    def init(self, param):
        self._averages.append(np.zeros_like(param))
        return len(self._averages) - 1

    def update(self, param, grad, i):
        g = np.add(grad, np.multiply(self.weight_decay, param))
        self._averages[i] = np.add(self.alpha * self._averages[i], (1 - self.alpha) * np.multiply(g, g))
        return np.subtract(param, np.divide(self.lr * g, np.sqrt(self._averages[i]) + self.eps)), i
