from dataclasses import dataclass


@dataclass
class SGD:
    lr: float = 1e-3
    weight_decay: float = 0.0

    def init(self, param):
        return 0

    def update(self, param, grad, state):
        param = param + self.lr * grad
        return param, state
