ema = lambda old, new, share: share * old + (1 - share) * new  # noqa: E731


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return (0 * param, 0)

    def update(self, param, grad, state):
        avg, calls = state
        g = grad + self.weight_decay * param
        avg = ema(avg, g**2, self.alpha)
        return param + -self.lr * g / (avg**0.5 + self.eps), (avg, calls + 1)
