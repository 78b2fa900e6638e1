class Momentum:
    def __init__(self, lr=1e-3, momentum=0.0, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        v = self.momentum * v + grad + self.weight_decay * param
        return param - self.lr * v, v
