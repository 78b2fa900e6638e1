import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"t": 0}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        if self.weight_decay:
            grad = grad + self.weight_decay * param
        state["t"] += 1
        if state["t"] == 1:
            state["v"] = (1 - b2) * grad**2
            state["m"] = grad
            state["m"] *= 1 - b1
        else:
            state["v"] = b2 * state["v"] + (1 - b2) * grad**2
            state["m"] *= b1
            state["m"] += (1 - b1) * grad
        m_hat = state["m"] / (1 - b1 ** state["t"])
        v_hat = state["v"] / (1 - b2 ** state["t"])
        return param - self.lr * m_hat / (np.sqrt(v_hat) + self.eps), state
