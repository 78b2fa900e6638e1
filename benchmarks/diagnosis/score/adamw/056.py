from dataclasses import dataclass

import numpy as np


@dataclass
class Adam:
    lr: float = 1e-3
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def init(self, param):
        return {"t": 0, "avg": np.zeros(param.shape), "sq": np.zeros(param.shape)}

    def update(self, param, grad, state):
        t = state["t"] + 1
        avg = self.mix(state["avg"], grad, self.betas[0])
        sq = self.mix(state["sq"], grad * grad, self.betas[1])
        c1, c2 = (1 - beta**t for beta in self.betas)
        return param - self.lr * (avg / c1) / ((sq / c2) ** 0.5 + self.eps), {"t": t, "avg": avg, "sq": sq}

    @staticmethod
    def mix(old, new, beta):
        return beta * old + (1 - beta) * new


@dataclass
class AdamW(Adam):
    weight_decay: float = 1e-2

    def update(self, param, grad, state):
        shrunk = param - self.lr * self.weight_decay * param
        return super().update(shrunk, grad, state)
