import numpy as np


class RMSprop:
    def __init__(self, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0.0):
        self.learning_rate = lr
        self.eps = eps
        self.rho = alpha

    lr = property(lambda s: s.learning_rate, lambda s, v: setattr(s, "learning_rate", v))
    alpha = property(lambda s: s.rho, lambda s, v: setattr(s, "rho", v))

    def init(self, param):
        # Running average of the square gradients at w
        return np.zeros(np.shape(param))

    def update(self, w, grad_wrt_w, Eg):
        Eg = self.rho * Eg + (1 - self.rho) * np.power(grad_wrt_w, 2)
        return w - self.learning_rate * grad_wrt_w / np.sqrt(Eg + self.eps), Eg
