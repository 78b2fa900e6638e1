import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.base_lr = inner.lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def init(self, param):
        return {"t": 0, "inner": self.inner.init(param)}

    def current(self, t):
        warm = t < self.total_iters
        if warm:
            a, b, x = self.start_factor * self.base_lr, self.base_lr, t / self.total_iters
            return (1 - x) * a + x * b
        x = (t - self.total_iters) % self.T_max / self.T_max
        weight = 0.5 - 0.5 * math.cos(math.pi * x)
        return (1 - weight) * self.base_lr + weight * self.eta_min

    def update(self, param, grad, state):
        own = self.inner.lr
        try:
            self.inner.lr = self.current(state["t"])
            param, inner = self.inner.update(param, grad, state["inner"])
        finally:
            self.inner.lr = own
        return param, {"t": state["t"] + 1, "inner": inner}
