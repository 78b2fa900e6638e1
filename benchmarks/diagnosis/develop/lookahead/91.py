class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        return {"left": self.k, "slow_param": 1 * param, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        fast, inner = self.inner.update(param, grad, state["inner"])
        state = dict(state, inner=inner)
        if self.alpha == 1:
            return fast, state
        state["left"] -= 1
        if state["left"] == 0:
            state["left"] = self.k
            state["slow_param"] = state["slow_param"] + self.alpha * (fast - state["slow_param"])
            fast = 1 * state["slow_param"]
        return fast, state
