class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, param, grad, state):
        s, d = state
        e = 1e-5
        g = grad + self.weight_decay * param
        s = self.rho * s + (1 - self.rho) * g**2
        step = (d + e) ** 0.5 / (s + e) ** 0.5 * g
        d = self.rho * d + (1 - self.rho) * step**2
        return param - self.lr * step, (s, d)
