import numpy as np


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        return {"anchors": [np.array(param)], "count": 0, "memory": self.inner.init(param)}

    def update(self, param, grad, state):
        param, state["memory"] = self.inner.update(param, grad, state["memory"])
        state["count"] += 1
        full, rest = divmod(state["count"], self.k)
        if rest == 0:
            anchor = state["anchors"][full - 1]
            param = np.multiply(anchor, self.alpha) + np.multiply(param, 1 - self.alpha)
            state["anchors"].append(np.array(param))
        return param, state
