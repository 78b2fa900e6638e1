import numpy as np


class Nesterov:
    """Nesterov's Accelerated Gradient (http://arxiv.org/abs/1212.0901)"""

    def __init__(self, lr=0.001, momentum=0.9, weight_decay=0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": np.zeros_like(param)}

    def update(self, param, grad, state):
        v = state["v"].copy() if hasattr(state["v"], "copy") else state["v"]
        v = v * self.momentum
        v = v - self.lr * grad
        w = param + self.momentum * self.momentum * v
        w = w - (1 + self.momentum) * self.lr * grad
        state["v"] = v
        return w, state
