import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner, self.lr, self.start_factor = inner, lr, start_factor
        self.total_iters, self.T_max, self.eta_min = total_iters, T_max, eta_min

    def init(self, param):
        self.inner.lr = self.curve(0)
        return {"step": 0, "inner": self.inner.init(param)}

    def curve(self, t):
        if t < self.total_iters:
            return self.lr * (self.start_factor + (1 - self.start_factor) * t / self.total_iters)
        x = min(t - self.total_iters, self.T_max) / self.T_max
        return self.eta_min + (self.lr - self.eta_min) * (1 + math.cos(math.pi * x)) / 2

    def update(self, param, grad, state):
        p, s = self.inner.update(param, grad, state["inner"])
        t = state["step"] + 1
        self.inner.lr = self.curve(t)
        return p, {"step": t, "inner": s}
