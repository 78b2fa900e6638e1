class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay, self.maximize = lr, momentum, weight_decay, maximize

    def init(self, param):
        return -0.0 * param

    def update(self, param, grad, v):
        force = (grad if self.maximize else -grad) - self.weight_decay * param
        v = self.momentum * v + force
        return param + self.lr * (force + self.momentum * v), v
