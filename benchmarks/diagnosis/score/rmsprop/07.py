import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, param, grad, mean_square):
        g = grad + self.weight_decay * param
        mean_square = mean_square + (1 - self.alpha) * (np.square(g) - mean_square)
        return param - self.lr * g / (np.sqrt(mean_square) + self.eps), mean_square
