import numpy as np


class RMSprop:
    def __init__(self, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"Eg": np.zeros(np.shape(param))}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        Eg = self.alpha * state["Eg"] + (1 - self.alpha) * np.power(g, 2)
        # Divide by a running average of the magnitudes of recent gradients
        return param - self.lr * g / np.sqrt(Eg + self.eps), {"Eg": Eg}
