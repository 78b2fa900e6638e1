import numpy as np


class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros(np.shape(param)), "exp_avg_sq": np.zeros(np.shape(param))}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        state["step"] += 1
        exp_avg, exp_avg_sq = state["exp_avg"], state["exp_avg_sq"]
        exp_avg *= beta1
        exp_avg += (1.0 - beta1) * grad
        exp_avg_sq *= beta2
        exp_avg_sq += (1.0 - beta2) * grad * grad

        root2 = np.sqrt(1.0 - beta2 ** state["step"])
        step_size = self.lr * root2 / (1.0 - beta1 ** state["step"])
        out = np.array(param)
        out -= self.lr * self.weight_decay * out
        out -= step_size * exp_avg / (np.sqrt(exp_avg_sq) + self.eps)
        return out, state
