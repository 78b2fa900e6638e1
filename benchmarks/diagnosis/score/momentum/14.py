class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, u):
        if self.weight_decay != 0:
            grad += self.weight_decay * param
        u = self.momentum * u + (1 - self.momentum) * grad
        return param - self.lr * u, u
