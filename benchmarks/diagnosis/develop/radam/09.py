import math

import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas

        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad * grad
        exp_avg = beta1 * state["exp_avg"] + (1 - beta1) * grad
        step = state["step"] + 1

        beta2_t = beta2**step
        N_sma_max = 2 / (1 - beta2) - 1
        N_sma = N_sma_max - 2 * step * beta2_t / (1 - beta2_t)
        rectified = N_sma > 5
        if rectified:
            step_size = math.sqrt(
                (1 - beta2_t)
                * (N_sma - 4)
                / (N_sma_max - 4)
                * (N_sma - 2)
                / N_sma
                * N_sma_max
                / (N_sma_max - 2)
            ) / (1 - beta1**step)
        else:
            step_size = 1.0 / (1 - beta1**step)

        if self.weight_decay != 0:
            param = param - self.weight_decay * self.lr * param

        if rectified:
            denom = np.sqrt(exp_avg_sq) + self.eps
            p = param - step_size * self.lr * exp_avg / denom
        else:
            p = param - step_size * self.lr * exp_avg
        return p, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
