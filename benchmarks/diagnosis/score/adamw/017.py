import math

import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, correct_bias=False):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.correct_bias = correct_bias

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        p = np.array(param)
        step = state["step"] + 1
        exp_avg = beta1 * state["exp_avg"] + (1.0 - beta1) * grad
        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1.0 - beta2) * grad * grad
        p *= 1.0 - self.weight_decay
        denom = np.sqrt(exp_avg_sq)
        step_size = self.lr
        if self.correct_bias:
            bias_correction1 = 1.0 - beta1**step
            bias_correction2 = 1.0 - beta2**step
            denom = denom / math.sqrt(bias_correction2)
            step_size = step_size / bias_correction1
        denom = denom + self.eps
        p -= step_size * exp_avg / denom
        return p, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
