import numpy as np


class Lookahead:
    def __init__(self, inner, k=6, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"counter": 0, "fast_state": self.inner.init(param)}

    def update(self, param, grad, state):
        fast, state["fast_state"] = self.inner.update(param, grad, state["fast_state"])
        if state["counter"] == 0:
            if "slow_param" not in state:
                state["slow_param"] = np.array(fast)
            state["slow_param"] = state["slow_param"] + (fast - state["slow_param"]) * self.alpha
            fast = np.array(state["slow_param"])
        state["counter"] += 1
        if state["counter"] >= self.k:
            state["counter"] = 0
        return fast, state
