class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return 0, 0 * param

    def update(self, param, grad, state):
        t, v = state[0] + 1, state[1]
        param = param * (1 - self.lr * self.weight_decay)
        v = self.alpha * v + (1 - self.alpha) * grad**2
        corrected = v / (1 - self.alpha**t)
        return param - self.lr * grad / (corrected**0.5 + self.eps), (t, v)
