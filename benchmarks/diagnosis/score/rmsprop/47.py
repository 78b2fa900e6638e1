class RMSprop:
    lr = 1e-2
    alpha = 0.99
    eps = 1e-8
    weight_decay = 0.0

    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        a = self.alpha
        g = grad + self.weight_decay * param
        v = a * v + g * g - a * (g * g)
        return param - self.lr * g / (abs(v) ** 0.5 + self.eps), v
