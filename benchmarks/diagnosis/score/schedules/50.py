import math


def share(step, warmup, decay, start):
    if step < warmup:
        return float(step) / float(max(1, warmup))
    progress = min(1.0, float(step - warmup) / float(max(1, decay)))
    return 0.5 * (1.0 + math.cos(math.pi * progress))


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def init(self, param):
        return {"n": 0, "memory": self.inner.init(param)}

    def update(self, param, grad, state):
        n = state["n"]
        part = share(n, self.total_iters, self.T_max, self.start_factor)
        floor = self.eta_min if n >= self.total_iters else 0.0
        self.inner.lr = floor + (self.lr - floor) * part
        param, memory = self.inner.update(param, grad, state["memory"])
        return param, {"n": n + 1, "memory": memory}
