import numpy as np


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.learning_rate = lr

    def __setattr__(self, name, value):
        super().__setattr__({"lr": "learning_rate"}.get(name, name), value)

    def init(self, param):
        return {"cache": 0}

    def update(self, parameters, parameters_grad, state):
        cache = state["cache"] + parameters_grad**2
        new = parameters - self.learning_rate * parameters_grad / (np.sqrt(cache) + 1e-8)
        return new, {"cache": cache}
