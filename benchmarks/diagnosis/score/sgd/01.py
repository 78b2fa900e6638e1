class Optimizer:
    defaults = {}

    def __init__(self, **kwargs):
        unknown = set(kwargs) - set(self.defaults)
        if unknown:
            raise TypeError(f"unknown options: {sorted(unknown)}")
        for name, value in {**self.defaults, **kwargs}.items():
            setattr(self, name, value)

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param + self.delta(param, grad, state), state


class SGD(Optimizer):
    defaults = {"lr": 1e-3, "weight_decay": 0.0}

    def delta(self, param, grad, state):
        return -self.lr * (grad + self.weight_decay * param)
