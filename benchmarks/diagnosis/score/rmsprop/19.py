import numpy as np


class RMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.alpha = alpha
        self.epsilon = eps

    @property
    def eps(self):
        return self.epsilon

    @eps.setter
    def eps(self, value):
        self.epsilon = value

    def init(self, param):
        return np.zeros(param.shape)

    def update(self, W, gradient, history):
        history = self.alpha * history + (1 - self.alpha) * gradient**2
        return W - self.lr / np.sqrt(history + self.epsilon) * gradient, history
