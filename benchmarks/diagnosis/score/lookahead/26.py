import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"n": 0, "slow_param": param, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        new, state["inner"] = self.inner.update(param, grad, state["inner"])
        state["n"] += 1
        if state["n"] % self.k == 0:
            slow = state["slow_param"]
            slow += self.alpha * (new - slow)
            new = slow
        return new, state
