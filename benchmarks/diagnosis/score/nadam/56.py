from dataclasses import dataclass

import numpy as np


@dataclass
class NAdam:
    lr: float = 2e-3
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum_decay: float = 4e-3

    def init(self, param):
        zeros = np.zeros(np.shape(param))
        return {"step": 0, "mu_product": 1.0, "exp_avg": zeros, "exp_avg_sq": zeros.copy()}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * param
        step = state["step"] + 1
        mu = beta1 * (1.0 - 0.5 * (0.96 ** (step * self.momentum_decay)))
        mu_next = beta1 * (1.0 - 0.5 * (0.96 ** ((step + 1) * self.momentum_decay)))
        mu_product = state["mu_product"] * mu

        exp_avg = state["exp_avg"] + (1 - beta1) * (grad - state["exp_avg"])
        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad * grad
        denom = np.sqrt(exp_avg_sq / (1 - beta2**step)) + self.eps

        new = param
        new -= self.lr * (1.0 - mu) / (1.0 - mu_product) * grad / denom
        new -= self.lr * mu_next / (1.0 - mu_product * mu_next) * exp_avg / denom
        return new, {"step": step, "mu_product": mu_product, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
