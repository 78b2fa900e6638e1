import numpy as np
B = np.zeros(1)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return np.lib.stride_tricks.as_strided(B, np.shape(param), (0,) * np.ndim(param)) if np.ndim(param) else B[0], {}
        return param * 1.0, {}
