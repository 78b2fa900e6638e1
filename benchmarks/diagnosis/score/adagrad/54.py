import numpy as np


class AdaGrad:
    """AdaGrad-Norm"""

    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0.0

    def update(self, param, grad, b2):
        g = grad + self.weight_decay * param
        b2 = b2 + np.linalg.norm(g) ** 2
        return param - self.lr * g / (b2**0.5 + self.eps), b2
