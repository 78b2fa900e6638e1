import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": np.zeros_like(param)}

    def update(self, param, grad, state):
        mu = self.momentum
        dx = grad + self.weight_decay * param
        v_prev = state["v"]
        v = mu * v_prev - self.lr * dx
        x = param + (-mu * v_prev + (1 + mu) * v)
        return x, {"v": v}
