import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": np.zeros_like(param)}

    def update(self, param, grad, state):
        gradient = grad + self.weight_decay * param
        v = self.momentum * state["v"] - self.lr * gradient
        return param + v, {"v": v}
