from typing import NamedTuple


class Moments(NamedTuple):
    count: int
    mu: object
    nu: object


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.__dict__.update(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def init(self, param):
        return Moments(0, param * 0.0, param * 0.0)

    def update(self, param, grad, state):
        b1, b2 = self.betas
        count = state.count + 1
        mu = state.mu * b1 + (grad + param * self.weight_decay) * (1 - b1)
        nu = state.nu * b2 + grad * grad * (1 - b2)
        direction = (mu / (1 - b1**count)) / ((nu / (1 - b2**count)) ** 0.5 + self.eps)
        return param - self.lr * direction, Moments(count, mu, nu)
