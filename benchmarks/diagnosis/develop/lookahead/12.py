import numpy as np


class Lookahead:
    """The authors' wrapper with its names, for one parameter at a time."""

    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"la_step": 0, "cached_params": np.copy(param), "optimizer": self.inner.init(param)}

    def update(self, param, grad, state):
        p, optimizer = self.inner.update(param, grad, state["optimizer"])
        la_step, cached = state["la_step"] + 1, state["cached_params"]
        if la_step > self.k:
            la_step = 0
            # look ahead and store the parameters
            p = self.alpha * p + (1.0 - self.alpha) * cached
            cached = np.copy(p)
        return p, {"la_step": la_step, "cached_params": cached, "optimizer": optimizer}
