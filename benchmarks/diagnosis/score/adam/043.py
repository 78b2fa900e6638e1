import numpy as np


def walker(rule, shape):
    m, v, t, step = np.zeros(shape), np.zeros(shape), 0, None
    while True:
        grad = yield step
        t += 1
        b1, b2 = rule.betas
        m = b1 * m + (1 - b1) * grad
        v = b2 * v + (1 - b2) * grad**2
        step = rule.lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + rule.eps)


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        walk = walker(self, np.shape(param))
        next(walk)
        return walk

    def update(self, param, grad, state):
        return param - state.send(grad), state
