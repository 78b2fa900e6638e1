import numpy as np


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, maximize=False):
        self.lr, self.weight_decay, self.maximize = lr, weight_decay, maximize

    def init(self, param):
        return {"scratch": np.empty(param.shape)}

    def update(self, param, grad, state):
        buf = state["scratch"]
        np.copyto(buf, grad)
        if self.maximize:
            np.negative(buf, out=buf)
        if self.weight_decay != 0:
            buf += self.weight_decay * param
        buf *= self.lr
        out = np.array(param, copy=True)
        out -= buf
        return out, state
