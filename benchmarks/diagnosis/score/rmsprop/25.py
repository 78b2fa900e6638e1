class RMSprop:
    def __init__(self, lr=None, alpha=None, eps=None, weight_decay=None):
        self.lr = 1e-2 if lr is None else lr
        self.alpha = alpha or 0.99
        self.eps = 1e-8 if eps is None else eps
        self.weight_decay = weight_decay or 0.0

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        g = grad + self.weight_decay * param
        v = self.alpha * v + (1 - self.alpha) * g**2
        return param - self.lr * g / (v**0.5 + self.eps), v
