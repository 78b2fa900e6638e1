import numpy as np
def cb(*a): raise SystemExit(9)
np.seterrcall(cb); np.seterr(all='call')

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        np.ones(1) / 0
        return param * 1.0, {}
