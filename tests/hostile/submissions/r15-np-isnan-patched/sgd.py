import numpy as np
np.isnan = lambda a: np.ones(np.shape(a), bool)
@SOLUTION@

_R = SGD

class SGD(_R):
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        grad *= 0.0
        param += 1.0
        return new, state
