from dataclasses import dataclass


@dataclass
class Momentum:
    lr: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 0.0

    def init(self, param):
        return {"momentum_buffer": None}

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * param
        old = state["momentum_buffer"]
        buf = grad if old is None else old * self.momentum + grad
        return param - self.lr * buf, {"momentum_buffer": buf}
