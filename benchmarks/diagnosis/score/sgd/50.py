class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, maximize=False):
        self.lr, self.weight_decay, self.maximize = lr, weight_decay, maximize

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        d_p = grad + self.weight_decay * param
        sign = 1.0 if self.maximize else -1.0
        return param + sign * self.lr * d_p, state
