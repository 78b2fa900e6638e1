class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"s": 0 * param, "delta": 0 * param}

    def update(self, p, grad, state):
        grad = grad + self.weight_decay * p
        s = self.rho * state["s"] + (1 - self.rho) * grad**2
        g = grad * ((state["delta"] + self.eps) / (s + self.eps)) ** 0.5
        delta = self.rho * state["delta"] + (1 - self.rho) * g * g
        return p - g, {"s": s, "delta": delta}
