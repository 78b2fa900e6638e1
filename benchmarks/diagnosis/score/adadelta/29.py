class Adadelta:
    def __init__(self, **options):
        self.lr, self.rho, self.eps, self.weight_decay = 1.0, 0.9, 1e-6, 0.0
        for name, value in options.items():
            setattr(self, name, value)
        self.squares, self.steps = [], []

    def init(self, param):
        self.squares.append(0 * param)
        self.steps.append(0 * param)
        return len(self.steps) - 1

    def update(self, param, grad, i):
        g = grad + self.weight_decay * param
        self.squares[i] = self.rho * self.squares[i] + (1 - self.rho) * g**2
        delta = (self.steps[i] + self.eps) ** 0.5 / (self.squares[i] + self.eps) ** 0.5 * g
        self.steps[i] = self.rho * self.steps[i] + (1 - self.rho) * delta**2
        return param - self.lr * delta, i
