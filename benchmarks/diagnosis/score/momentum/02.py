import numpy as np


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"VdW": np.zeros(param.shape)}

    def update(self, param, grad, state):
        beta = self.momentum
        dW = grad + self.weight_decay * param
        VdW = beta * state["VdW"] + (1 - beta) * dW
        return param - self.lr * VdW, {"VdW": VdW}
