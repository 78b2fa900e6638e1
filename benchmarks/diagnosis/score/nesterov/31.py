class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        d = grad + self.weight_decay * param
        v = v * self.momentum + d
        d = d + v
        return param - self.lr * d, v
