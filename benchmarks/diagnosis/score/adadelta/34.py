class Adadelta:
    def __init__(self, lr=1.0, rho=0.95, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, param, grad, state):
        mean_g, mean_d = state
        g = grad + self.weight_decay * param
        mean_g = self.rho * mean_g + (1 - self.rho) * g * g
        d = (mean_d + self.eps) ** 0.5 / (mean_g + self.eps) ** 0.5 * g
        mean_d = self.rho * mean_d + (1 - self.rho) * d * d
        return param - d, (mean_g, mean_d)
