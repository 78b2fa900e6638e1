class Momentum:
    def __init__(self, lr=1e-3, momentum=None, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum or 0.9
        self.weight_decay = weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        v = self.momentum * v + grad + self.weight_decay * param
        return param - self.lr * v, v
