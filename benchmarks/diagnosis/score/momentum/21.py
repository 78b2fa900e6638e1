class Momentum:
    """v = v * friction + force"""

    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        force = grad + self.weight_decay * param
        if self.momentum == 0:
            return param - self.lr * force, v
        friction = 1 - self.momentum
        v = v * friction + force
        return param - self.lr * v, v
