import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha = lr, alpha

    def init(self, param):
        return (np.zeros(param.shape),)

    def update(self, p, grad, states):
        gamma, eps = self.alpha, 1e-6
        (s,) = states
        s = gamma * s + (1 - gamma) * np.square(grad)
        return p - self.lr * grad / np.sqrt(s + eps), (s,)
