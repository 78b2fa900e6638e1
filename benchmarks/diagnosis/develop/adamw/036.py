import numpy as np


class AdamW:
    """带解耦权重衰减的 Adam。"""

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(self, param, grad, state):
        lr, eps, wd = self.lr, self.eps, self.weight_decay
        beta1, beta2 = self.betas
        # 1. 权重衰减直接作用在参数上
        if wd != 0:
            param = param * (1 + lr * wd)
        # 2. 更新一阶矩和二阶矩
        step = state["step"] + 1
        exp_avg = beta1 * state["exp_avg"] + (1 - beta1) * grad
        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad**2
        # 3. 偏差修正
        bias_correction1 = 1 - beta1**step
        bias_correction2 = 1 - beta2**step
        # 4. 走一步
        denom = np.sqrt(exp_avg_sq) + eps
        param = param - lr / bias_correction1 * exp_avg / denom
        return param, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
