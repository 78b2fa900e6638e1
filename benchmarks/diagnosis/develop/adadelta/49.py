class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"E_gt": 0 * param, "E_delta": 0 * param}

    def update(self, x, gt, state):
        gt = gt + self.weight_decay * x
        E_gt = self.lr * state["E_gt"] + (1 - self.lr) * (gt**2)
        RMS_gt = (E_gt + self.eps) ** 0.5
        RMS_delta = (state["E_delta"] + self.eps) ** 0.5
        delta = -(RMS_delta / RMS_gt) * gt
        E_delta = self.lr * state["E_delta"] + (1 - self.lr) * (delta**2)
        return x + self.lr * delta, {"E_gt": E_gt, "E_delta": E_delta}
