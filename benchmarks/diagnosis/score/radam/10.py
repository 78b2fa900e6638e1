import numpy as np


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.known = {}

    def init(self, param):
        return {"step": 0, "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param)}

    def factor(self, step):
        key = step, self.betas[1]
        if key not in self.known:
            beta2 = self.betas[1]
            rho_inf = 2 / (1 - beta2) - 1
            rho = rho_inf - 2 * step * beta2**step / (1 - beta2**step)
            if rho > 5:
                inside = (rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)
                self.known[key] = (inside * (1 - beta2**step)) ** 0.5
            else:
                self.known[key] = -1.0
        return self.known[key]

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        grad = grad + self.weight_decay * param
        state = {
            "step": state["step"] + 1,
            "exp_avg": beta1 * state["exp_avg"] + (1 - beta1) * grad,
            "exp_avg_sq": beta2 * state["exp_avg_sq"] + (1 - beta2) * grad**2,
        }
        rate = self.lr / (1 - beta1 ** state["step"])
        factor = self.factor(state["step"])
        if factor > 0:
            return param - rate * factor * state["exp_avg"] / (np.sqrt(state["exp_avg_sq"]) + self.eps), state
        return param - rate * state["exp_avg"], state
