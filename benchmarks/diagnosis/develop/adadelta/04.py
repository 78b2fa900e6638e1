class Adadelta:
    def __init__(self, lr=0.001, rho=0.95, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"a": 0 * param, "d": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        a = self.rho * state["a"] + (1 - self.rho) * g**2
        step = g * (state["d"] + self.eps) ** 0.5 / (a + self.eps) ** 0.5
        d = self.rho * state["d"] + (1 - self.rho) * step**2
        return param - self.lr * step, {"a": a, "d": d}
