import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return (0, np.zeros_like(param), np.zeros_like(param))

    def update(self, param, grad, state):
        step, mean, power = state
        step += 1
        with np.errstate(divide="ignore"):
            c1, c2 = -np.expm1(step * np.log(np.array(self.betas)))
        grad = grad + self.weight_decay * param
        w1, w2 = (1 - beta for beta in self.betas)
        mean = mean - w1 * (mean - grad)
        power = power - w2 * (power - grad**2)
        scale = np.sqrt(power / c2) + self.eps
        return (step, mean, power), param - self.lr / c1 * (mean / scale)
