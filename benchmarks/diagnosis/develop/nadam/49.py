import numpy as np


class Moments:
    def __init__(self, shape):
        self.first, self.second, self.count = np.zeros(shape), np.zeros(shape), 0

    def see(self, g, b1, b2):
        self.count += 1
        self.first = b1 * self.first + (1 - b1) * g
        self.second = b2 * self.second + (1 - b2) * g**2
        return self.second / (1 - b2**self.count)


class NAdam:
    def __init__(self, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, momentum_decay=4e-3):
        self.__dict__ |= {"lr": lr, "betas": betas, "eps": eps}
        self.__dict__ |= {"weight_decay": weight_decay, "momentum_decay": momentum_decay}

    def mu(self, t):
        return self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def init(self, param):
        return Moments(param.shape), 1.0

    def update(self, param, grad, state):
        moments, seen = state
        g = grad + self.weight_decay * param
        second = moments.see(g, *self.betas)
        rate = self.lr / (np.sqrt(second) + self.eps)
        t = moments.count
        seen *= self.mu(t)
        param = param - rate * (1 - self.mu(t)) / (1 - seen) * g
        param = param - rate * self.mu(t + 1) / (1 - seen * self.mu(t + 1)) * moments.first
        return param, (moments, seen)
