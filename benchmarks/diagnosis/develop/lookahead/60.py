import numpy as np


class Lookahead:
    __slots__ = ("alpha", "inner", "k")

    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return (1, param.copy(), self.inner.init(param))

    def update(self, param, grad, state):
        turn, phi, opaque = state
        theta, _ = self.inner.update(param, grad, opaque)
        if turn == self.k:
            phi = phi - self.alpha * (phi - theta)
            return np.add(phi, 0.0), (1, phi, opaque)
        return theta, (turn + 1, phi, opaque)
