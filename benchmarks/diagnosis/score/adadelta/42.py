class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-8, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"E": 0 * param, "Ed": 0 * param}

    def update(self, weights, gradients, state):
        E = self.rho * state["E"] + (1 - self.rho) * gradients**2
        rms = (state["Ed"] + self.eps) ** 0.5
        delta_gradient = rms / (E + self.eps) ** 0.5 * gradients
        Ed = self.rho * state["Ed"] + (1 - self.rho) * delta_gradient**2
        return weights - delta_gradient, {"E": E, "Ed": Ed}
