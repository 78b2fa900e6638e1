import math


class LinearWarmup:
    def __init__(self, rule):
        self.rule = rule

    def __call__(self, t):
        f = self.rule.start_factor
        return self.rule.lr * (f + (1 - f) * t / self.rule.total_iters)


class Cosine:
    def __init__(self, rule):
        self.rule = rule

    def __call__(self, t):
        low, high = self.rule.eta_min, self.rule.lr
        if t >= self.rule.T_max:
            return low
        return (high + low) / 2 + (high - low) / 2 * math.cos(math.pi * t / self.rule.T_max)


class Schedule:
    def __init__(self, inner, lr=1e-3, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner, self.lr, self.start_factor = inner, lr, start_factor
        self.total_iters, self.T_max, self.eta_min = total_iters, T_max, eta_min
        self.parts = LinearWarmup(self), Cosine(self)

    def init(self, param):
        return [0, self.inner.init(param)]

    def update(self, param, grad, state):
        t, memory = state
        warm, cosine = self.parts
        W = self.total_iters
        self.inner.lr = warm(t) if t < W else cosine(t - W)
        out, memory = self.inner.update(param, grad, memory)
        return out, [t + 1, memory]
