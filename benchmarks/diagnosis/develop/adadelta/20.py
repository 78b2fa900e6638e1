class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return [0 * param, 0 * param]

    def update(self, param, grad, state):
        v, d = state
        g = grad + self.weight_decay * param
        v = self.rho * v + (1 - self.rho) * g**2
        step = (d + self.eps) ** 0.5 * g / (v + self.eps) ** 0.5
        d = self.rho * d + (1 - self.rho) * g**2
        return param - self.lr * step, [v, d]
