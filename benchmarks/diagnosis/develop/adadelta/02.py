class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"step": 0, "square_avg": 0 * param, "acc_delta": 0 * param}

    def update(self, param, grad, state):
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * param
        square_avg = self.rho * state["square_avg"] + (1 - self.rho) * grad * grad
        std = (square_avg + self.eps) ** 0.5
        delta = (state["acc_delta"] + self.eps) ** 0.5 / std * grad
        acc_delta = self.rho * state["acc_delta"] + (1 - self.rho) * delta * delta
        new = {"step": state["step"] + 1, "square_avg": square_avg, "acc_delta": acc_delta}
        return param - self.lr * delta, new
