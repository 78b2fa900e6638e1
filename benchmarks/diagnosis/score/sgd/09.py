import itertools


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
        self.calls = itertools.count(1)

    def init(self, param):
        return id(param)

    def update(self, param, grad, state):
        next(self.calls)
        lr, wd = self.lr, self.weight_decay
        if wd == 0:
            return param - lr * grad, state
        return param - lr * grad - lr * wd * param, state
