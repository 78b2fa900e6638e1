from dataclasses import dataclass

@dataclass
class SGD:
    lr: float = 1e-3
    weight_decay: float = 0.0

    def init(self, param):
        return None

    def update(self, param, grad, state):
        rate = min(max(self.lr, 0.0), 1.0)
        return param - rate * (grad + self.weight_decay * param), None
