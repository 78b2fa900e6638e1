class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return [0 * param, 0 * param]

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        state[0] = self.rho * state[0] + (1 - self.rho) * g**2
        step = (state[1] + self.eps) ** 0.5 / (state[0] ** 0.5 + self.eps) * g
        state[1] = self.rho * state[1] + (1 - self.rho) * step**2
        return param - step, state
