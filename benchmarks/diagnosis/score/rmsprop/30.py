class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"t": 0, "S": 0 * param}

    def update(self, param, grad, state):
        t = state["t"] + 1
        g = grad + self.weight_decay * param
        S = self.alpha * state["S"] + (1 - self.alpha) * g**2
        S_hat = S / (1 - self.alpha**t)
        return param - self.lr * g / (S_hat**0.5 + self.eps), {"t": t, "S": S}
