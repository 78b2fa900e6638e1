import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        vars(self).update(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def init(self, param):
        m = np.zeros_like(param)
        v = np.zeros_like(param)
        t = 0

        def step(param, grad):
            nonlocal m, v, t
            t += 1
            (b1, b2), lr = self.betas, self.lr
            m = m * b1 + grad * (1 - b1)
            v = v * b2 + np.square(grad) * (1 - b2)
            denominator = np.sqrt(v / (1 - b2**t)) + self.eps
            return (1 - lr * self.weight_decay) * param - lr / (1 - b1**t) * m / denominator

        return step

    def update(self, param, grad, state):
        return state(param, grad), state
