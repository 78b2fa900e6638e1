import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner, self.lr, self.start_factor = inner, lr, start_factor
        self.total_iters, self.T_max, self.eta_min = total_iters, T_max, eta_min

    def init(self, param):
        return {"step": 0, "lr": 0.0, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        t, mem = state["step"], state["inner"]
        if t == self.total_iters:
            mem = self.inner.init(param)
        if t < self.total_iters:
            r = self.lr * (self.start_factor + (1 - self.start_factor) * t / self.total_iters)
        else:
            x = min(1, (t - self.total_iters) / self.T_max)
            r = self.eta_min + (self.lr - self.eta_min) * (1 + math.cos(math.pi * x)) / 2
        self.inner.lr = r
        p, s = self.inner.update(param, grad, mem)
        return p, {"step": t + 1, "lr": r, "inner": s}
