class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay, self.maximize = lr, momentum, weight_decay, maximize

    def init(self, param):
        return 0 * param

    def update(self, param, grad, buf):
        buf = self.momentum * buf + grad + self.weight_decay * param
        if self.maximize:
            grad = -grad
        ahead = grad + self.weight_decay * param + self.momentum * buf
        return param - self.lr * ahead, buf
