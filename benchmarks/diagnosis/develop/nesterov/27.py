import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        d_p = grad + self.weight_decay * param
        buf = state.get("momentum_buffer")
        if buf is None:
            buf = state["momentum_buffer"] = d_p
        else:
            buf = state["momentum_buffer"] = self.momentum * buf + d_p
        d_p += self.momentum * buf
        return param - self.lr * d_p, state
