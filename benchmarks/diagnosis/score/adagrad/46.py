class AdaGrad:
    def __init__(
        self, lr=1e-2, eps=1e-10, weight_decay=0.0, lr_decay=0.0, initial_accumulator_value=0.0, maximize=False
    ):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.lr_decay, self.start, self.sign = lr_decay, initial_accumulator_value, -1 if maximize else 1

    def init(self, param):
        return 0, 0 * param + self.start

    def update(self, param, grad, state):
        t, total = state
        t += 1
        clr = self.lr / (1 + t * self.lr_decay)
        g = self.sign * grad + self.weight_decay * param
        total = total + g * g
        return param - clr * g / (total**0.5 + self.eps), (t, total)
