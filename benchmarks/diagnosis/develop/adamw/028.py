import numpy as np


class AdamW:
    """Keeps unbiased averages: in step t a new value has the share (1 - beta) / (1 - beta^t)."""

    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"mass": np.zeros(2), "mean": np.zeros_like(param), "power": np.zeros_like(param)}

    def update(self, param, grad, state):
        betas = np.array(self.betas)
        mass = betas * state["mass"] + (1 - betas)
        share1, share2 = (1 - betas) / mass
        mean = state["mean"] + share1 * (grad - state["mean"])
        power = state["power"] + share2 * (grad * grad - state["power"])
        step = mean / (np.sqrt(power) + self.eps)
        return param - self.lr * (step + self.weight_decay * param), {"mass": mass, "mean": mean, "power": power}
