import numpy as np


class Lookahead:
    def __init__(self, inner, k=6, alpha=0.8):
        self.inner = inner
        self.inner_step = self.k = k
        self.alpha = alpha

    def init(self, param):
        return {"batch": 0, "w0": np.array(param), "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        batch, w0 = state["batch"], state["w0"]
        w1, inner = self.inner.update(param, grad, state["inner"])
        if batch % self.k == 0 and batch != 0:
            w0 = w0 + self.alpha * (w1 - w0)
            w1 = np.array(w0)
        return w1, {"batch": batch + 1, "w0": w0, "inner": inner}
