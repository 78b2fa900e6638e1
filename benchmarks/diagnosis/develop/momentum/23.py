class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.dampening, self.maximize = dampening, maximize

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        if self.momentum != 0:
            v = self.momentum * v + (1 - self.dampening) * g
            g = v
        return param - self.lr * g, v
