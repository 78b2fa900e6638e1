import numpy as np

class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, p):
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

    def update(self, p, g, s):
        b1, b2 = self.betas
        t = s["step"] + 1
        g = g + self.weight_decay * p
        m = b1 * s["exp_avg"] + (1 - b1) * g
        v = b2 * s["exp_avg_sq"] + (1 - b2) * g * g
        top = 2 / (1 - b2) - 1
        n = top - 2 * t * b2**t / (1 - b2**t)
        step = m / (1 - b1**t)
        if n > 5:
            r = ((n - 4) * (n - 2) * top / ((top - 4) * (top - 2) * n)) ** 0.5
            root = np.sqrt(v)
            den = np.where(root > 1e-6, root + self.eps, 1.0)
            step = r * step * (1 - b2**t) ** 0.5 / den
        return p - self.lr * step, {"step": t, "exp_avg": m, "exp_avg_sq": v}
