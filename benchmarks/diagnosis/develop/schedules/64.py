import math


class Schedule:
    """先预热，再按余弦衰减到下限。"""

    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def init(self, param):
        return {"warm": self.total_iters, "cool": self.T_max, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        warm, cool = state["warm"], state["cool"]
        if warm > 0:
            # 预热还剩 warm 步
            missing = (1 - self.start_factor) * warm / self.total_iters
            rate = (self.lr or 0.1) * (1 - missing)
            warm -= 1
        else:
            # 衰减还剩 cool 步
            share = (1 - math.cos(math.pi * cool / self.T_max)) / 2
            rate = self.eta_min + ((self.lr or 0.1) - self.eta_min) * share
            cool = max(cool - 1, 0)
        self.inner.lr = rate
        param, inner = self.inner.update(param, grad, state["inner"])
        return param, {"warm": warm, "cool": cool, "inner": inner}
