import numpy as np


class SGD:
    def __init__(self, lr=0.001, weight_decay=0.0):
        self.learning_rate = lr

    lr = property(lambda self: self.learning_rate, lambda self, v: setattr(self, "learning_rate", v))

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        param[...] = np.add(param, -self.learning_rate * grad)
        return param, state
