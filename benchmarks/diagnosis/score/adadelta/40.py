class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"accumulated_gradient": 0 * param, "accumulated_update": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        gradient = self.rho * state["accumulated_gradient"] + (1 - self.rho) * g**2
        delta = (state["accumulated_update"] + self.eps) ** 0.5 / (gradient + self.eps) ** 0.5 * g
        update = state["accumulated_update"] + delta**2
        return param - self.lr * delta, {"accumulated_gradient": gradient, "accumulated_update": update}
