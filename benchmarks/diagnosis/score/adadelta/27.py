from dataclasses import dataclass


@dataclass
class Adadelta:
    lr: float = 1.0
    rho: float = 0.9
    eps: float = 1e-8
    weight_decay: float = 0.0

    def init(self, param):
        return {"square_avg": 0 * param, "acc_delta": 0 * param}

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * param
        square_avg = self.rho * state["square_avg"] + (1 - self.rho) * grad**2
        delta = ((state["acc_delta"] + self.eps) / (square_avg + self.eps)) ** 0.5 * grad
        acc_delta = self.rho * state["acc_delta"] + (1 - self.rho) * delta**2
        return param - self.lr * delta, {"square_avg": square_avg, "acc_delta": acc_delta}
