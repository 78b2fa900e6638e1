import numpy as np
class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
    def init(self, param):
        n = param.size
        return {"t": 0, "m": np.zeros(n), "v": np.zeros(n)}
    def update(self, param, grad, state):
        b1, b2 = self.betas
        flat = grad.flatten(order="F") + self.weight_decay * param.flatten(order="F")
        t = state["t"] + 1
        m = b1 * state["m"] + (1 - b1) * flat
        v = b2 * state["v"] + (1 - b2) * flat * flat
        move = self.lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + self.eps)
        return param - move.reshape(param.shape), {"t": t, "m": m, "v": v}
