import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.momentum, self.centered, self.maximize = momentum, centered, maximize

    def init(self, param):
        return {"v": 0 * param, "top": 0 * param, "b": 0 * param, "m": 0 * param}

    def update(self, param, grad, state):
        wd = 0 if param.ndim == 1 else self.weight_decay
        g = (-grad if self.maximize else grad) + wd * param
        v = self.alpha * state["v"] + (1 - self.alpha) * g * g
        top = np.maximum(state["top"], v)
        s, m, b = np.maximum(v, top / 2), state["m"], state["b"]
        if self.centered:
            m = self.alpha * m + (1 - self.alpha) * g
            s = s - m * m
        d = g / (np.sqrt(s) + self.eps)
        if self.momentum:
            d = b = self.momentum * b + d
        return param - self.lr * d, {"v": v, "top": top, "b": b, "m": m}
