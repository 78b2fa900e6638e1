class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, buf):
        g = grad + self.weight_decay * param
        if buf is None:
            return param - self.lr * g, g
        buf = self.momentum * buf + g
        return param - self.lr * (g + self.momentum * buf), buf
