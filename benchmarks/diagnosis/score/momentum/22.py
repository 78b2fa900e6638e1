class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
        self.momentum = momentum

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        # 0.9 is the usual choice
        v = 0.9 * v + grad + self.weight_decay * param
        return param - self.lr * v, v
