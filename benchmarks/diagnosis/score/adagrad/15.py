class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        accumulator = 0 * param + self.eps
        return accumulator

    def update(self, param, grad, accumulator):
        grad = grad + self.weight_decay * param
        accumulator = accumulator + grad**2
        return param - self.lr * grad / accumulator**0.5, accumulator
