from dataclasses import dataclass

import numpy as np


@dataclass
class Schedule:
    inner: object
    lr: float = 0.1
    start_factor: float = 1 / 3
    total_iters: int = 5
    T_max: int = 100
    eta_min: float = 0.0

    def init(self, param):
        return {"step": 0, "lr": 0.0, "inner": self.inner.init(param)}

    def rate(self, step):
        if step < self.total_iters:
            return self.lr * self.start_factor ** (1 - step / self.total_iters)
        x = np.clip((step - self.total_iters) / self.T_max, 0, 1)
        return self.eta_min + (self.lr - self.eta_min) * np.cos(np.pi * x / 2) ** 2

    def update(self, param, grad, state):
        self.inner.lr = float(self.rate(state["step"]))
        new, memory = self.inner.update(param, grad, state["inner"])
        return new, {"step": state["step"] + 1, "lr": self.inner.lr, "inner": memory}
