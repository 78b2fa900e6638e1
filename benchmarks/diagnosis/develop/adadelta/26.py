class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"g2": 0 * param, "d2": 0 * param}

    def mix(self, old, value):
        return self.rho * old + (1 - self.rho) * value * value

    def update(self, param, grad, state):
        g = self.weight_decay * param + grad
        g2 = self.mix(state["g2"], g)
        upper, lower = state["d2"] + self.eps, g2 + self.eps
        delta = g * upper**0.5 * lower**-0.5
        return param - self.lr * delta, {"g2": g2, "d2": self.mix(state["d2"], delta)}
