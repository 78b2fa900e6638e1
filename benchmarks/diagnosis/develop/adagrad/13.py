class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, fudge):
        fudge = fudge + grad * grad
        return param - self.lr * grad * fudge**-0.5, fudge
