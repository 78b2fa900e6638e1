import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"steps": 0, "slow": np.array(param), "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        fast, inner = self.inner.update(param, grad, state["inner"])
        steps = state["steps"] + 1
        slow = state["slow"]
        if steps % self.k != 0:
            return fast, {"steps": steps, "slow": slow, "inner": inner}
        slow = slow + self.alpha * (fast - slow)
        return slow.copy(), {"steps": steps, "slow": slow, "inner": inner}
