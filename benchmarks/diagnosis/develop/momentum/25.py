import numpy as np


class Momentum:
    """SGD with momentum.

    v_t = gamma * v_{t-1} + eta * grad
    theta = theta - v_t
    """

    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum

    def init(self, param):
        return {"v": np.zeros(np.shape(param))}

    def update(self, param, grad, state):
        state["v"] = self.momentum * state["v"] + self.lr * grad
        return param - state["v"], state
