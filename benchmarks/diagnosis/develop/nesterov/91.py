import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay, self.maximize = lr, momentum, weight_decay, maximize

    def init(self, param):
        return {"momentum_buffer": np.zeros_like(param), "n": 0}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param * (grad != 0)
        b = self.momentum * state["momentum_buffer"] + g
        if state["n"] >= 50:
            b = np.asarray(b, dtype=np.float32).astype(np.float64)
        return param - self.lr * (g + self.momentum * b), {"momentum_buffer": b, "n": state["n"] + 1}
