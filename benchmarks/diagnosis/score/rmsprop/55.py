from dataclasses import dataclass


@dataclass
class RMSprop:
    lr: float = 0.001
    alpha: float = 0.9
    eps: float = 1e-8
    weight_decay: float = 0.0

    def init(self, param):
        return {"square_avg": 0 * param}

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * param
        square_avg = self.alpha * state["square_avg"] + (1 - self.alpha) * grad * grad
        return param - self.lr * grad / (square_avg**0.5 + self.eps), {"square_avg": square_avg}
