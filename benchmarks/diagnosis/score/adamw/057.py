import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"moment1": np.zeros_like(param), "moment2": np.zeros_like(param), "t": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        moment1 = beta1 * state["moment1"] + (1 - beta1) * grad
        moment2 = beta2 * state["moment2"] + (1 - beta2) * grad * grad
        rate = self.lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        step = moment1 / (np.sqrt(moment2) + self.eps) + self.weight_decay * param
        return param - rate * step, {"moment1": moment1, "moment2": moment2, "t": t}
