import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        m = np.zeros(param.shape, dtype=np.float32)
        v = np.zeros(param.shape, dtype=np.float32)
        return dict(m=m, v=v, t=0)

    def update(self, param, grad, state):
        state["t"] += 1
        beta1, beta2 = self.betas
        grad = grad + self.weight_decay * param
        state["m"] = beta1 * state["m"] + (1.0 - beta1) * grad
        state["v"] = beta2 * state["v"] + (1.0 - beta2) * grad**2.0
        alpha = self.lr / (1.0 - beta1 ** state["t"])
        root = np.sqrt(state["v"] / (1.0 - beta2 ** state["t"]))
        return param - alpha * state["m"] / (root + self.eps), state
