"""A port of the single-tensor loop in torch, with its tensor methods as small functions."""

from dataclasses import dataclass

import numpy as np


def lerp_(a, b, weight):
    a += weight * (b - a)
    return a


def addcmul_(a, x, y, value):
    a += value * x * y
    return a


def addcdiv_(a, x, y, value):
    a += value * x / y
    return a


@dataclass
class Adam:
    lr: float = 1e-3
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0
    amsgrad: bool = False
    maximize: bool = False

    def init(self, param):
        state = {"step": 0, "exp_avg": np.zeros(np.shape(param)), "exp_avg_sq": np.zeros(np.shape(param))}
        if self.amsgrad:
            state["max_exp_avg_sq"] = np.zeros(np.shape(param))
        return state

    def update(self, param, grad, state):
        grad = -grad if self.maximize else grad
        beta1, beta2 = self.betas
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * param

        state["step"] += 1
        step = state["step"]
        exp_avg = lerp_(state["exp_avg"], grad, 1 - beta1)
        exp_avg_sq = state["exp_avg_sq"]
        exp_avg_sq *= beta2
        exp_avg_sq = addcmul_(exp_avg_sq, grad, grad, value=1 - beta2)

        step_size = self.lr / (1 - beta1**step)
        bias_correction2_sqrt = (1 - beta2**step) ** 0.5
        if self.amsgrad:
            np.maximum(state["max_exp_avg_sq"], exp_avg_sq, out=state["max_exp_avg_sq"])
            denom = np.sqrt(state["max_exp_avg_sq"]) / bias_correction2_sqrt + self.eps
        else:
            denom = np.sqrt(exp_avg_sq) / bias_correction2_sqrt + self.eps
        return addcdiv_(np.array(param), exp_avg, denom, value=-step_size), state
