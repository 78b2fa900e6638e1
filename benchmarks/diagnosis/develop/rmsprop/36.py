class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, cache):
        g = grad + self.weight_decay * param
        cache = cache * self.alpha + g * g
        return param - self.lr * g / (cache**0.5 + self.eps), cache
