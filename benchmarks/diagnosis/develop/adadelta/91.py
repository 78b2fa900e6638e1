class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
        self.lr, self.rho, self.eps, self.weight_decay, self.maximize = lr, rho, eps, weight_decay, maximize

    def init(self, param):
        return {"step": 0, "square_avg": 0 * param, "acc_delta": 0 * param}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        t = state["step"] + 1
        v = self.rho * state["square_avg"] + (1 - self.rho) * g * g
        vh = v / (1 - self.rho**t) if t > 10 else v
        u = state["acc_delta"]
        d = ((u + self.eps) / (vh + self.eps)) ** 0.5 * g
        u = self.rho * u + (1 - self.rho) * d * d
        return param - self.lr * d, {"step": t, "square_avg": v, "acc_delta": u}
