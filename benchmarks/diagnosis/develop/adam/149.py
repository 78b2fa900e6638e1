import numpy as np

class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        if "m" not in state:
            state = {"t": 1, "m": (1 - b1) * grad, "v": (1 - b2) * grad ** 2}
        else:
            g = grad + self.weight_decay * param
            state = {"t": state["t"] + 1,
                     "m": b1 * state["m"] + (1 - b1) * g,
                     "v": b2 * state["v"] + (1 - b2) * g ** 2}
        t = state["t"]
        return param - self.lr * (state["m"] / (1 - b1**t)) / (np.sqrt(state["v"] / (1 - b2**t)) + self.eps), state
