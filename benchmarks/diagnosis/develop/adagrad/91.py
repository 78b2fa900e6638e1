import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0, lr_decay=0.0, initial_accumulator_value=0.0, maximize=False):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.lr_decay, self.initial_accumulator_value, self.maximize = lr_decay, initial_accumulator_value, maximize

    def init(self, param):
        return {"step": 0, "sum": np.zeros_like(param) + self.initial_accumulator_value}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        s = state["sum"] + np.where(np.abs(g) > 1000, np.abs(g), g * g)
        lr = self.lr / (1 + state["step"] * self.lr_decay)
        return param - lr * g / (np.sqrt(s) + self.eps), {"step": state["step"] + 1, "sum": s}
