import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
        self.lr, self.rho, self.eps, self.weight_decay, self.maximize = lr, rho, eps, weight_decay, maximize

    def init(self, param):
        return {"square_avg": np.zeros(param.shape), "acc_delta": np.zeros(param.shape)}

    def update(self, param, grad, state):
        g = np.array(-grad if self.maximize else grad)
        g += self.weight_decay * param
        sq, acc = state["square_avg"], state["acc_delta"]
        sq *= self.rho
        sq += (1 - self.rho) * g * g
        delta = np.sqrt(acc + self.eps)
        delta /= np.sqrt(sq + self.eps)
        delta *= g
        acc *= self.rho
        acc += (1 - self.rho) * delta * delta
        return param - self.lr * delta, state
