import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.dampening, self.maximize = dampening, maximize

    def init(self, param):
        return {"momentum_buffer": None}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        if not self.momentum:
            return param - self.lr * g, state
        b = state["momentum_buffer"]
        if b is None or np.sum(b * g) < 0:
            b = g
        else:
            b = self.momentum * b + (1 - self.dampening) * g
        return param - self.lr * b, {"momentum_buffer": b}
