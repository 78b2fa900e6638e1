import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def init(self, param):
        return {"t": 0, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        t = state["t"]
        if t < self.total_iters:
            factor = self.start_factor + (1 - self.start_factor) * t / self.total_iters
            rate = self.lr * factor
        else:
            progress = min(1.0, (t - self.total_iters) / max(self.T_max - 1, 1))
            rate = self.eta_min + 0.5 * (self.lr - self.eta_min) * (1 + math.cos(math.pi * progress))
        self.inner.lr = rate
        new, inner = self.inner.update(param, grad, state["inner"])
        return new, {"t": t + 1, "inner": inner}
