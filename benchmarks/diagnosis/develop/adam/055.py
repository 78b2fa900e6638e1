import numpy as np


class Optimizer:
    def __init__(self, **settings):
        for name, value in settings.items():
            setattr(self, name, value)

    def init(self, param):
        return {name: np.zeros_like(param) for name in self.slots} | {"t": 0}

    def update(self, param, grad, state):
        state = dict(state, t=state["t"] + 1)
        if param.ndim >= 2:
            grad = grad + self.weight_decay * param
        return param + self.delta(grad, state), state


class Adam(Optimizer):
    slots = ("m", "v")

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def delta(self, g, s):
        b1, b2 = self.betas
        s["m"] = b1 * s["m"] + (1 - b1) * g
        s["v"] = b2 * s["v"] + (1 - b2) * g**2
        m_hat = s["m"] / (1 - b1 ** s["t"])
        v_hat = s["v"] / (1 - b2 ** s["t"])
        return -self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
