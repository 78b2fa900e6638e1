import numpy as np


def scale_by_adam(rule, grad, memory):
    count, mu, nu = memory
    count = count + 1
    b1, b2 = rule.betas
    mu = (1 - b1) * grad + b1 * mu
    nu = (1 - b2) * grad**2 + b2 * nu
    mu_hat = mu / (1 - b1**count)
    nu_hat = nu / (1 - b2**count)
    return mu_hat / (np.sqrt(nu_hat) + rule.eps), (count, mu, nu)


def add_decayed_weights(rule, update, param):
    return update + 0.01 * param


def scale_by_learning_rate(rule, update):
    return -rule.lr * update


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return 0, np.zeros_like(param), np.zeros_like(param)

    def update(self, param, grad, state):
        update, state = scale_by_adam(self, grad, state)
        update = add_decayed_weights(self, update, param)
        update = scale_by_learning_rate(self, update)
        return np.add(param, update), state
