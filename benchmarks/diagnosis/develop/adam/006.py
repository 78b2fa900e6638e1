import numpy as np


def ema(average, value, decay):
    return decay * average + (1 - decay) * value


def unbiased(average, decay, count):
    return average / (1 - decay**count)


class Adam:
    def __init__(self, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        zeros = np.zeros(param.shape, param.dtype)
        return zeros, zeros, 0

    def scale_by_adam(self, grad, state):
        mu, nu, count = state
        count += 1
        mu, nu = ema(mu, grad, self.betas[0]), ema(nu, grad * grad, self.betas[1])
        mu_hat, nu_hat = unbiased(mu, self.betas[0], count), unbiased(nu, self.betas[1], count)
        return mu_hat / (np.sqrt(nu_hat) + self.eps), (mu, nu, count)

    def update(self, param, grad, state):
        update, state = self.scale_by_adam(grad + self.weight_decay * param, state)
        return param + -self.lr * update, state
