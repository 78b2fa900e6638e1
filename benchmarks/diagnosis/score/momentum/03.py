import numpy as np


class Momentum:
    def __init__(self, lr=0.001, momentum=0.9, weight_decay=0.0):
        self.learning_rate = lr
        self.momentum = momentum
        self.w_updt = None

    @property
    def lr(self):
        return self.learning_rate

    @lr.setter
    def lr(self, value):
        self.learning_rate = value

    def init(self, param):
        # If not initialized
        return np.zeros(np.shape(param))

    def update(self, w, grad_wrt_w, w_updt):
        # Use momentum if set
        w_updt = self.momentum * w_updt + (1 - self.momentum) * grad_wrt_w
        # Move against the gradient to minimize loss
        return w - self.learning_rate * w_updt, w_updt
