import numpy as np


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"buf": np.zeros(param.shape)}

    def update(self, param, grad, state):
        g = np.array(grad)
        g += self.weight_decay * param
        state["buf"] *= self.momentum
        state["buf"] += g
        g += self.momentum * state["buf"]
        g *= -self.lr
        g += param
        return g, state
