import numpy as np
class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
    def init(self, param):
        return {"t": 0, "m": np.zeros_like(param), "v": np.zeros_like(param)}
    def update(self, param, grad, state):
        b1, b2 = self.betas
        g = grad + self.weight_decay * param
        t = state["t"] + 1
        m = b1 * state["m"] + (1 - b1) * g
        v = b2 * state["v"] + (1 - b2) * g * g
        inf = 2 / (1 - b2) - 1
        rho = inf - 2 * t * b2**t / (1 - b2**t)
        mh = m / (1 - b1**t)
        if rho > 5:
            r = ((rho - 4) * (rho - 2) * inf / ((inf - 4) * (inf - 2) * rho)) ** 0.5
            mh = mh * r * np.sqrt(1 - b2**t) / (np.sqrt(v) + self.eps)
        else:
            mh = np.clip(mh, -1, 1)
        return param - self.lr * mh, {"t": t, "m": m, "v": v}
