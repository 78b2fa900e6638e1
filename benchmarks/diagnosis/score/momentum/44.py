class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, x, grad, p):
        beta = self.momentum
        g = grad + self.weight_decay * x
        p = beta * p + (1 - beta) * self.lr * g
        return x - p, p
