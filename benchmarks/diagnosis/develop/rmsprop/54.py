import numpy as np


class RMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.alpha = alpha

    def init(self, param):
        return {"h": np.zeros_like(param)}

    def update(self, param, grad, state):
        h = state["h"] * self.alpha
        h = h + (1 - self.alpha) * grad * grad
        return param - self.lr * grad / (np.sqrt(h) + 1e-7), {"h": h}
