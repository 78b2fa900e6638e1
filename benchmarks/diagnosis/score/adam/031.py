import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, x):
        return np.zeros_like(x), np.zeros_like(x), 0

    def update(self, x, grad, state):
        V, S, i = state
        omega1, omega2 = self.betas
        g = grad + self.weight_decay * x
        i += 1
        V = omega1 * V + (1.0 - omega1) * g
        S = omega2 * S + (1.0 - omega2) * np.multiply(g, g)
        Vc = V / (1.0 - omega1**i)
        Sc = S / (1.0 - omega2**i)
        x = x - self.lr * Vc / (Sc + self.eps)
        return x, (V, S, i)
