import math
from functools import partial


def rate_at(rule, t):
    if t < rule.total_iters:
        return rule.lr * (rule.start_factor + (1 - rule.start_factor) * (t // rule.total_iters))
    angle = math.pi * (min(t - rule.total_iters, rule.T_max) // rule.T_max)
    return rule.eta_min + (rule.lr - rule.eta_min) * (1 + math.cos(angle)) / 2


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        vars(self).update(inner=inner, lr=lr, start_factor=start_factor)
        vars(self).update(total_iters=total_iters, T_max=T_max, eta_min=eta_min)

    def init(self, param):
        return partial(rate_at, self, 0), self.inner.init(param)

    def update(self, param, grad, state):
        coming, memory = state
        self.inner.lr = coming()
        param, memory = self.inner.update(param, grad, memory)
        return param, (partial(rate_at, self, coming.args[1] + 1), memory)
