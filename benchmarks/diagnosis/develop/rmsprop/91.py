import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.momentum, self.centered, self.maximize = momentum, centered, maximize

    def init(self, param):
        return {"n": 0, "v": 0 * param, "b": 0 * param, "m": 0 * param}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        if state["n"]:
            top = 10 * np.sqrt(state["v"]) + 1e-3
            g = np.clip(g, -top, top)
        v = self.alpha * state["v"] + (1 - self.alpha) * g * g
        m, b, s = state["m"], state["b"], v
        if self.centered:
            m = self.alpha * m + (1 - self.alpha) * g
            s = v - m * m
        d = g / (np.sqrt(s) + self.eps)
        if self.momentum:
            d = b = self.momentum * b + d
        return param - self.lr * d, {"n": state["n"] + 1, "v": v, "b": b, "m": m}
