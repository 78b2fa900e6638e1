class Momentum:
    def __init__(self, lr=0.01, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, m):
        g = grad + 2 * self.weight_decay * param
        m = self.momentum * m + (1 - self.momentum) * g
        return param - self.lr * m, m
