import numpy as np

class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"g2": 0 * param, "d2": 0 * param}

    def update(self, param, grad, state):
        rho = self.rho or 0.9
        g = grad + self.weight_decay * param
        g2 = rho * state["g2"] + (1 - rho) * g ** 2
        delta = g * np.sqrt((state["d2"] + self.eps) / (g2 + self.eps))
        d2 = rho * state["d2"] + (1 - rho) * delta ** 2
        return param - self.lr * delta, {"g2": g2, "d2": d2}
