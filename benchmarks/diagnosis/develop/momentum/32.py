import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"velocity": np.copy(param)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        state["velocity"] = self.momentum * state["velocity"] + g
        return param - self.lr * state["velocity"], state
