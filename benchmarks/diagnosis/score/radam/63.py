import numpy as np


class RAdam:
    def __init__(
        self,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        decoupled_weight_decay=False,
        maximize=False,
    ):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.decoupled_weight_decay = decoupled_weight_decay
        self.maximize = maximize

    def init(self, param):
        return {"step": 0, "exp_avg": 0 * param, "exp_avg_sq": 0 * param}

    def update(self, param, grad, state):
        grad = -grad if self.maximize else grad
        b1, b2 = self.betas
        if self.decoupled_weight_decay:
            param = param * (1 - self.lr * self.weight_decay)
        else:
            grad = grad + self.weight_decay * param
        step = state["step"] + 1
        first = b1 * state["exp_avg"] + (1 - b1) * grad
        second = b2 * state["exp_avg_sq"] + (1 - b2) * grad**2
        kept = state["exp_avg_sq"]
        state = {"step": step, "exp_avg": first, "exp_avg_sq": kept}

        unbiased = first / (1 - b1**step)
        most = 2 / (1 - b2) - 1
        held = most - 2 * step * b2**step / (1 - b2**step)
        if held > 5:
            state["exp_avg_sq"] = second
            ratio = ((held - 4) * (held - 2) * most) / ((most - 4) * (most - 2) * held)
            unbiased = unbiased * ratio**0.5 * (1 - b2**step) ** 0.5 / (second**0.5 + self.eps)
        return param - self.lr * unbiased, state
