class Average:
    def __init__(self, value):
        self.value = value

    def add(self, sample, decay):
        self.value = decay * self.value + (1 - decay) * sample
        return self.value


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return Average(0.0 * param)

    def update(self, param, grad, average):
        g = grad + self.weight_decay * param
        return param - self.lr * g / (average.add(g * g, self.alpha) ** 0.5 + self.eps), average
