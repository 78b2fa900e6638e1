class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"v": 0 * param, "t": 0}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        t = state["t"] + 1
        a = min(self.alpha, 1 - 1 / t)
        v = a * state["v"] + (1 - a) * g ** 2
        return param - self.lr * g / (v ** 0.5 + self.eps), {"v": v, "t": t}
