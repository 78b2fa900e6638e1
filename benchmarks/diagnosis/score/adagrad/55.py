class AdaGrad:
    def __init__(self, lr=1.0, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, accu):
        g = grad + self.weight_decay * param
        accu = accu + g**2
        return param - self.lr * g / (accu**0.5 + self.eps), accu
