class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.calls = 0

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        self.calls += 1
        g = grad + self.weight_decay * param
        v = self.alpha * v + (1 - self.alpha) * g**2
        warm = min(1.0, self.calls / 10)
        return param - warm * self.lr * g / (v**0.5 + self.eps), v
