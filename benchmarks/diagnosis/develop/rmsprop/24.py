class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, p, g, acc):
        g = g + self.weight_decay * p
        rho = self.alpha
        acc_new = rho * acc + (1.0 - rho) * g**2
        gradient_scaling = (acc_new + self.eps) ** 0.5
        g = g / gradient_scaling
        return p - self.lr * g, acc_new
