import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        return {"slow": np.array(param, copy=True), "n": 0, "fast": self.inner.init(param), "due": self.k}

    def update(self, param, grad, state):
        slow, n, inner = state["slow"], state["n"] + 1, state["fast"]
        w, inner = self.inner.update(param, grad, inner)
        due = state["due"]
        if n == due:
            slow = slow + self.alpha * (w - slow)
            w, due = slow, 2 * due
        return np.array(w, float), {"slow": slow, "n": n, "fast": inner, "due": due}
