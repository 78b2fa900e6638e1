import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": np.zeros_like(param), "v": np.zeros_like(param), "iter": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas

        state["iter"] += 1
        lr_t = self.lr * np.sqrt(1.0 - beta2 ** state["iter"]) / (1.0 - beta1 ** state["iter"])
        state["m"] = state["m"] + (1 - beta1) * (grad - state["m"])
        state["v"] = state["v"] + (1 - beta2) * (grad**2 - state["v"])
        return param - lr_t * state["m"] / (np.sqrt(state["v"]) + self.eps), state
