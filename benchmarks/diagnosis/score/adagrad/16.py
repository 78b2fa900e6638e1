import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, total):
        g = grad + self.weight_decay * param
        total = total + g**2
        step = np.divide(g, np.sqrt(total) + self.eps, out=np.zeros(param.shape), where=np.asarray(g != 0))
        return param - self.lr * step, total
