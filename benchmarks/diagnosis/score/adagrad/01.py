class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0, maximize=False):
        self.lr, self.eps, self.weight_decay, self.maximize = lr, eps, weight_decay, maximize

    @property
    def sign(self):
        return -1 if self.maximize else 1

    def regularised(self, param, grad):
        return self.sign * grad + self.weight_decay * param

    def scale(self, total):
        return total**0.5 + self.eps

    def init(self, param):
        return 0 * param

    def update(self, param, grad, total):
        g = self.regularised(param, grad)
        total = total + g**2
        return param - self.lr * g / self.scale(total), total
