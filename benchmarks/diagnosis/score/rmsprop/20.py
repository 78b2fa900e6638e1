import numpy as np


class RMSprop:
    """RMSprop optimizer - fixes AdaGrad's decaying learning rate."""

    def __init__(self, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.alpha = alpha  # decay rate
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"E_g2": np.zeros_like(param)}

    def update(self, param, grad, state):
        # Update running average
        E_g2 = self.alpha * state["E_g2"] + (1 - self.alpha) * grad**2
        # Adaptive update
        adjusted_lr = self.lr / (np.sqrt(E_g2) + self.eps)
        return param - adjusted_lr * grad, {"E_g2": E_g2}
