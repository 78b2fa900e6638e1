import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"iter": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        m, v = state["m"], state["v"]
        it = state["iter"] + 1
        lr_t = self.lr * np.sqrt(1.0 - beta2**it) / (1.0 - beta1**it)
        m = m + (1 - beta1) * (grad - m)
        v = v + (1 - beta2) * (grad**2 - v)
        return param - lr_t * m / (np.sqrt(v) + 1e-7), {"iter": it, "m": m, "v": v}
