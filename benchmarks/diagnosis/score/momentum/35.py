import numpy as np


class Momentum:
    def __init__(self, lr=0.001, momentum=0.9, weight_decay=0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, v):
        params = {"w": param.copy()}
        if v is None:
            v = {}
            for key, val in params.items():
                v[key] = np.zeros_like(val)
        for key in params:
            v[key] = self.momentum * v[key] - self.lr * grad
            params[key] = params[key] + v[key]
        return params["w"], v
