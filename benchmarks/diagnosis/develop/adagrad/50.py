class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        # four times the sum, so that its root is twice the root
        return 0 * param

    def update(self, param, grad, four):
        g = grad + self.weight_decay * param
        four = four + (2 * g) ** 2
        return param - 2 * self.lr * g / (four**0.5 + 2 * self.eps), four
