import numpy as np

class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        g = np.asarray(grad, dtype=np.float32)
        g = g + np.float32(self.weight_decay) * param.astype(np.float32)
        return param - self.lr * g.astype(np.float64), state
