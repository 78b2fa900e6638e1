import numpy as np


class Momentum:
    def __init__(self, lr=0.001, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": np.zeros_like(param)}

    def update(self, param, grad, state):
        state["v"] = self.momentum * state["v"] - self.lr * grad
        param += state["v"]
        return param, state
