from dataclasses import dataclass


@dataclass
class SGD:
    lr: float = 1e-1
    weight_decay: float = 0.0

    def init(self, param):
        return None

    def update(self, param, grad, state):
        return param - self.lr * (grad + self.weight_decay * param), state
