import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"E_g2": np.zeros_like(param), "E_p2": np.zeros_like(param)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        E_g2 = self.rho * state["E_g2"] + (1 - self.rho) * g**2
        delta_w = -(np.sqrt(state["E_p2"] + self.eps) / (np.sqrt(E_g2) + self.eps)) * g
        E_p2 = self.rho * state["E_p2"] + (1 - self.rho) * delta_w**2
        return param + self.lr * delta_w, {"E_g2": E_g2, "E_p2": E_p2}
