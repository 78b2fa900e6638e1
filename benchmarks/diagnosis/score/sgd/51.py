from dataclasses import dataclass


def sgd_step(w, g, *, lr, l2):
    return w - lr * (g + l2 * w)


@dataclass
class SGD:
    lr: float = 1e-3
    weight_decay: float = 0.0

    def init(self, param):
        return None

    def update(self, param, grad, state):
        return sgd_step(param, grad, lr=self.lr, l2=self.weight_decay), state
