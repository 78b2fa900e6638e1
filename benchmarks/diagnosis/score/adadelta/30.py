class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, param, grad, state):
        sq, acc = state
        g = grad + self.weight_decay * param
        sq = sq + self.rho * (g * g - sq)
        delta = (acc + self.eps) ** 0.5 / (sq + self.eps) ** 0.5 * g
        acc = acc + self.rho * (delta * delta - acc)
        return param - self.lr * delta, (sq, acc)
