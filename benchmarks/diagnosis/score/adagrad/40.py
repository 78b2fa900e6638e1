import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, weights, gradients, G):
        gradients = self.weight_decay * weights - gradients
        G = G + gradients**2
        return weights - self.lr / (np.sqrt(G) + self.eps) * gradients, G
