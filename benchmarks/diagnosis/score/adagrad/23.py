TINY = 1e-8


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, G):
        g = grad + self.weight_decay * param
        G = G + g * g
        return param - g * (self.lr / (G**0.5 + TINY)), G
