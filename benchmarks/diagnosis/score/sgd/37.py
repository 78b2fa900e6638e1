from dataclasses import dataclass


@dataclass
class SGD:
    lr: float = 0.001
    weight_decay: float = 0.0

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        regular = self.weight_decay * param
        direction = regular - grad
        return param - self.lr * direction, state
