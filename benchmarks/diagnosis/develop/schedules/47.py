import itertools
import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def progress(self):
        for t in range(self.total_iters):
            yield "warm", t / self.total_iters
        for t in itertools.count():
            yield "cool", min(t / self.T_max, 1) if t <= 2 * self.T_max else 0.5

    def init(self, param):
        return self.progress(), self.inner.init(param)

    def update(self, param, grad, state):
        progress, memory = state
        part, done = next(progress)
        if part == "warm":
            rate = self.lr * (self.start_factor * (1 - done) + done)
        else:
            rate = self.eta_min + (self.lr - self.eta_min) * 0.5 * (1 + math.cos(math.pi * done))
        self.inner.lr = rate
        param, memory = self.inner.update(param, grad, memory)
        return param, (progress, memory)
