class Adadelta:
    def __init__(self, lr=1.0, rho=0.95, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, param, grad, state):
        sq, acc = state
        g = grad + self.weight_decay * param
        sq = self.rho * sq + (1 - self.rho) * g**2
        delta = (acc + self.eps) ** 0.5 / (sq + self.eps) ** 0.5 * g
        acc = self.rho * acc + (1 - self.rho) * delta**2
        return param - self.lr * delta, (sq, acc)
