import numpy as np

class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        t = state["step"] + 1
        m = b1 * state["exp_avg"] + (1 - b1) * grad
        v = b2 * state["exp_avg_sq"] + (1 - b2) * grad**2
        u = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + self.eps)
        rms = np.sqrt(np.mean(u * u)) if u.size else 1.0
        u = u / max(1.0, rms)
        return param * (1 - self.lr * self.weight_decay) - self.lr * u, dict(step=t, exp_avg=m, exp_avg_sq=v)
