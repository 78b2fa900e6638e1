class AdaGrad:
    DECAY = 0.9

    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, accumulator):
        g = grad + self.weight_decay * param
        accumulator = accumulator * self.DECAY + g * g * (1 - self.DECAY)
        return param - self.lr * g / (accumulator**0.5 + self.eps), accumulator
