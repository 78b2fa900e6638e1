import numpy as np
class Adam:
    """Paper, corollary 4.2 flavour: beta1 fades."""
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}
    def update(self, param, grad, state):
        b1, b2 = self.betas
        state["t"] += 1
        t = state["t"]
        g = grad + self.weight_decay * param
        b1t = b1 * 0.99 ** (t - 1)
        state["m"] = b1t * state["m"] + (1 - b1t) * g
        state["v"] = b2 * state["v"] + (1 - b2) * g * g
        return param - self.lr * state["m"] / (1 - b1**t) / (np.sqrt(state["v"] / (1 - b2**t)) + self.eps), state
