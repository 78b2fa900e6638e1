import numpy as np


class Lookahead:
    def __init__(self, inner, la_steps=5, la_alpha=0.5):
        self.inner = inner
        self.k = la_steps
        self.alpha = la_alpha

    def init(self, param):
        return [0, np.array(param), self.inner.init(param)]

    def update(self, param, grad, state):
        local_step, slow, memory = state
        local_step = local_step + 1
        var, memory = self.inner.update(param, grad, memory)
        sync_cond = local_step // self.k * self.k == local_step
        step_back = slow + self.alpha * (var - slow)
        slow = np.where(sync_cond, step_back, slow)
        var = np.where(sync_cond, step_back, var)
        return var, [local_step, slow, memory]
