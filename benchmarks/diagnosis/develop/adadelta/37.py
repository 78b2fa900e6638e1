class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        v = self.rho * state["v"] + (1 - self.rho) * grad**2
        new = param - self.lr * self.weight_decay * param - self.lr * grad / (v + self.eps) ** 0.5
        return new, {"v": v}
