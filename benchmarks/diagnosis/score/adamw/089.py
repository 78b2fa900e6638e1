from __future__ import annotations

import numpy as np


class AdamW:
    def __init__(
        self,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        maximize: bool = False,
    ) -> None:
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.amsgrad = amsgrad
        self.maximize = maximize

    def init(self, param: np.ndarray) -> dict:
        names = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
        return {"step": 0, **{name: np.zeros_like(param) for name in names}}

    def update(self, param: np.ndarray, grad: np.ndarray, state: dict) -> tuple[np.ndarray, dict]:
        if self.maximize:
            grad = np.negative(grad)
        beta1, beta2 = self.betas
        step = state["step"] + 1
        exp_avg = state["exp_avg"] + (grad - state["exp_avg"]) * (1 - beta1)
        exp_avg_sq = state["exp_avg_sq"] * beta2 + grad * grad * (1 - beta2)
        largest = np.maximum(state["max_exp_avg_sq"], exp_avg_sq)
        second = largest if self.amsgrad else exp_avg_sq
        denom = np.sqrt(second) / np.sqrt(1 - beta2**step) + self.eps
        sign = -1 if self.maximize else 1
        decayed = param - sign * self.lr * self.weight_decay * param
        new = decayed - self.lr / (1 - beta1**step) * exp_avg / denom
        return new, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq, "max_exp_avg_sq": largest}
