class Nesterov:
    def __init__(self, lr=1e-3, beta=0.9, weight_decay=0.0):
        self.lr, self.beta, self.weight_decay = lr, beta, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, buf):
        g = grad + self.weight_decay * param
        buf = self.beta * buf + g
        return param - self.lr * (g + self.beta * buf), buf
