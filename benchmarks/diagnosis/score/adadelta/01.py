class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return [0 * param, 0 * param]

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        sq = 0.95 * state[0] + 0.05 * g**2
        step = (state[1] + self.eps) ** 0.5 / (sq + self.eps) ** 0.5 * g
        return param - self.lr * step, [sq, 0.95 * state[1] + 0.05 * step**2]
