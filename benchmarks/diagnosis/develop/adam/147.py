import numpy as np

class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        m = v = np.zeros(param.shape)[()]
        return {"step": 0, "exp_avg": m, "exp_avg_sq": v}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        grad = grad + self.weight_decay * param
        state["step"] += 1
        m, v = state["exp_avg"], state["exp_avg_sq"]
        m *= b1
        m += (1 - b1) * grad
        v *= b2
        v += (1 - b2) * grad * grad
        state["exp_avg"], state["exp_avg_sq"] = m, v
        t = state["step"]
        return param - self.lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + self.eps), state
