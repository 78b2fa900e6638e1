class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"sq": 0 * param, "acc": 0 * param}

    def update(self, param, grad, state):
        lr = self.lr if self.lr else 1.0
        g = grad + self.weight_decay * param
        sq = self.rho * state["sq"] + (1 - self.rho) * g**2
        delta = (state["acc"] + self.eps) ** 0.5 / (sq + self.eps) ** 0.5 * g
        acc = self.rho * state["acc"] + (1 - self.rho) * delta**2
        return param - lr * delta, {"sq": sq, "acc": acc}
