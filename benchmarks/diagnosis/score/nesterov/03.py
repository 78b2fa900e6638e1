class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, m):
        g = grad + 2 * self.weight_decay * param
        m = (1 - self.momentum) * g + (0 if m is None else self.momentum * m)
        return param - self.lr * (g + self.momentum * m), m
