import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"velocity": np.zeros_like(param)}

    def update(self, param, grad, config):
        v = config.get("velocity", np.zeros_like(param))
        v = self.momentum * v + (grad + self.weight_decay * param)
        next_w = param - self.lr * v
        return next_w, config
