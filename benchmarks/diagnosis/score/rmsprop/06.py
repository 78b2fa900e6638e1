import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"rms": np.zeros_like(param)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        rms = np.hypot(self.alpha**0.5 * state["rms"], (1 - self.alpha) ** 0.5 * g)
        return param - self.lr * g / (rms + self.eps), {"rms": rms}
