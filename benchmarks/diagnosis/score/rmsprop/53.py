class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return []

    def update(self, param, grad, ema):
        g = grad + self.weight_decay * param
        v = self.alpha * ema[0] + (1 - self.alpha) * g * g if ema else g * g
        return param - self.lr * g / (v + self.eps) ** 0.5, [v]
