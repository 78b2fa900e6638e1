import numpy as np


class RMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0):
        self.lr = lr
        self.alpha = alpha
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"二阶矩": np.zeros_like(param)}

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * param
        v = self.alpha * state["二阶矩"] + (1 - self.alpha) * grad**2
        return param - self.lr * grad / (np.sqrt(v) + self.eps), {"二阶矩": v}
