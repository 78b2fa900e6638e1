import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        return {"slow": np.array(param, copy=True), "n": 0, "fast": self.inner.init(param), "total": 0 * np.array(param)}

    def update(self, param, grad, state):
        slow, n, inner = state["slow"], state["n"] + 1, state["fast"]
        w, inner = self.inner.update(param, grad, inner)
        total = state["total"] + w
        if n % self.k == 0:
            slow = slow + self.alpha * (total / self.k - slow)
            w, total = slow, 0 * total
        return np.array(w, float), {"slow": slow, "n": n, "fast": inner, "total": total}
