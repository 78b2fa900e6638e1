import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0, lr_decay=0.0, initial_accumulator_value=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.lr_decay, self.initial_accumulator_value = lr_decay, initial_accumulator_value

    def init(self, param):
        return {"step": 0, "sum": np.full(param.shape, float(self.initial_accumulator_value))}

    def update(self, param, grad, state):
        step = state["step"] + 1
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * param
        clr = self.lr / (1 + (step - 1) * self.lr_decay)
        state_sum = state["sum"] + grad * grad
        std = np.sqrt(state_sum) + self.eps
        return param - clr * (grad / std), {"step": step, "sum": state_sum}
