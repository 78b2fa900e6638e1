def rms(average, eps):
    return average**0.5 + eps


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, param, grad, state):
        of_grad, of_step = state
        g = grad + self.weight_decay * param
        of_grad = self.rho * of_grad + (1 - self.rho) * g**2
        step = rms(of_step, self.eps) / rms(of_grad, self.eps) * g
        of_step = self.rho * of_step + (1 - self.rho) * step**2
        return param - self.lr * step, (of_grad, of_step)
