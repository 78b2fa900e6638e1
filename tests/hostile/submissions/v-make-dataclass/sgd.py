from dataclasses import field, make_dataclass


def init(self, param):
    return ()


def update(self, param, grad, state):
    sign = -1.0 if self.maximize else 1.0
    return param - self.lr * (sign * grad + self.weight_decay * param), state


SGD = make_dataclass(
    "SGD",
    [("lr", float, field(default=1e-3)), ("weight_decay", float, 0.0), ("maximize", bool, False)],
    namespace={"init": init, "update": update},
)
