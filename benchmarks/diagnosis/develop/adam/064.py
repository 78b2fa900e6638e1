import numpy as np


class Adam:
    """Adam 优化器：一阶矩定方向，二阶矩定步长。"""

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr  # 学习率
        self.betas = betas  # 两个指数衰减率
        self.eps = eps  # 防止除以零
        self.weight_decay = weight_decay  # 权重衰减

    def init(self, param):
        # 一阶矩、二阶矩都从零开始
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        # L2 正则项加进梯度
        grad = grad + self.weight_decay * param
        step = state["step"] + 1
        # 更新两个滑动平均
        exp_avg = beta1 * state["exp_avg"] + (1 - beta1) * grad
        exp_avg_sq = beta2 * state["exp_avg_sq"] + (1 - beta2) * grad**2
        # 偏差修正
        m_hat = exp_avg
        v_hat = exp_avg_sq / (1 - beta2**step)
        # 更新参数
        param = param - self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        return param, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}
