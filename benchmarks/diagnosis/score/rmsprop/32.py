import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return 0.0

    def update(self, param, grad, e_g2):
        g = grad + self.weight_decay * param
        gt_sq = np.sum(np.square(g))
        e_g2 = self.alpha * e_g2 + (1 - self.alpha) * gt_sq
        return param - g * self.lr / (np.sqrt(e_g2) + self.eps), e_g2
