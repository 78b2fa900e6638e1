import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        self.__dict__.setdefault("slow", {})[param.shape] = np.array(param)
        return {"steps": 0, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        fast, inner = self.inner.update(param, grad, state["inner"])
        steps = state["steps"] + 1
        state = {"steps": steps, "inner": inner}
        if steps % self.k != 0:
            return fast, state
        slow = self.slow[param.shape]
        self.slow[param.shape] = slow + self.alpha * (fast - slow)
        return self.slow[param.shape].copy(), state
