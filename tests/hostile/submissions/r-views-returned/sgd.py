@SOLUTION@

import numpy as np

Right = SGD
BUFFER = {}


class SGD(Right):
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        kept = BUFFER.setdefault(np.shape(param), np.empty(np.shape(param)))
        kept[...] = new
        return kept, state
