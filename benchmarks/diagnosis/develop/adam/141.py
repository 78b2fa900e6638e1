class Adam:
    """Algorithm's theory section: alpha_t = alpha / sqrt(t)."""
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
    def init(self, param):
        return {"t": 0, "m": 0.0 * param, "v": 0.0 * param}
    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        t = state["t"] + 1
        grad = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * grad
        v = beta2 * state["v"] + (1 - beta2) * grad * grad
        mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
        return param - self.lr / t**0.5 * mhat / (vhat**0.5 + self.eps), {"t": t, "m": m, "v": v}
