import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner, self.lr, self.start_factor = inner, lr, start_factor
        self.total_iters, self.T_max, self.eta_min = total_iters, T_max, eta_min

    def rate(self, t):
        top, low, f, W, T = self.lr, self.eta_min, self.start_factor, self.total_iters, self.T_max
        if t < W:
            return top * (f + (1 - f) * t / W)

        x = min((t - W) / 2, 1.0) if T < 2 else min((t - W) / T, 1.0)
        return low + (top - low) * (1 + math.cos(math.pi * x)) / 2

    def init(self, param):
        return 0, self.inner.init(param)

    def update(self, param, grad, state):
        t, inner = state
        rate = self.rate(t)
        self.inner.lr = rate
        new, inner = self.inner.update(param, grad, inner)
        return new, (t + 1, inner)
