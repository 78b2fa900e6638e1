class Nesterov:
    def __init__(self, lr=0.01, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, buf):
        g = grad + self.weight_decay * param
        buf = self.momentum * buf + g
        return param - self.lr * (g + self.momentum * buf), buf
