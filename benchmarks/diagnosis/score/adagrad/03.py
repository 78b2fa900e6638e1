import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, G):
        g = self.weight_decay * param + grad
        G = G + np.square(g)
        adjusted_lr = self.lr / (np.sqrt(G) + self.eps)
        return param - adjusted_lr * g, G
