import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
        self.lr, self.rho, self.eps, self.weight_decay, self.maximize = lr, rho, eps, weight_decay, maximize

    def init(self, param):
        return {"step": 0, "square_avg": 0 * param, "acc_delta": 0 * param}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        v = self.rho * state["square_avg"] + (1 - self.rho) * g * g
        u = state["acc_delta"]
        d = np.sqrt(u + self.eps) / np.sqrt(v + self.eps) * g
        d = np.clip(d, -1.0, 1.0)
        u = self.rho * u + (1 - self.rho) * d * d
        return param - self.lr * d, {"step": state["step"] + 1, "square_avg": v, "acc_delta": u}
