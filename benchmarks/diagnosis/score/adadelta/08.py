import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.rho = rho
        self.epsilon = eps

    def __setattr__(self, name, value):
        object.__setattr__(self, "epsilon" if name == "eps" else name, value)

    def init(self, param):
        return {"E_g2": np.zeros_like(param), "E_delta2": np.zeros_like(param)}

    def update(self, param, grad, state):
        # Accumulate gradient
        E_g2 = self.rho * state["E_g2"] + (1 - self.rho) * (grad**2)
        # Compute update
        rms_g = np.sqrt(E_g2 + self.epsilon)
        rms_delta = np.sqrt(state["E_delta2"] + self.epsilon)
        delta = -(rms_delta / rms_g) * grad
        # Accumulate updates
        E_delta2 = self.rho * state["E_delta2"] + (1 - self.rho) * (delta**2)
        return param + delta, {"E_g2": E_g2, "E_delta2": E_delta2}
