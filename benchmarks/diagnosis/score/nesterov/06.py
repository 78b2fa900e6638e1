from typing import NamedTuple

import numpy as np


class State(NamedTuple):
    trace: np.ndarray
    count: int


class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return State(np.zeros_like(param), 0)

    def update(self, param, grad, state):
        g = np.add(grad, np.multiply(self.weight_decay, param))
        trace = np.add(np.multiply(self.momentum, state.trace), g)
        step = np.add(g, np.multiply(self.momentum, trace))
        return np.subtract(param, np.multiply(self.lr, step)), State(trace, state.count + 1)
