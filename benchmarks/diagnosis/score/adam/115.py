import numpy as np


class Adam:
    def __init__(self, lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"iteration": 1, "m": np.zeros_like(param), "v": np.zeros_like(param)}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        iteration = state["iteration"]
        gradient = grad + self.weight_decay * param
        m = beta1 * state["m"] + (1 - beta1) * gradient
        v = beta2 * state["v"] + (1 - beta2) * gradient * gradient
        m_hat = m / (1 - beta1**iteration)
        v_hat = v / (1 - beta2**iteration)
        moved = param - self.lr * m_hat / (v_hat**0.5 + self.eps)
        return moved, {"iteration": iteration + 1, "m": m, "v": v}
