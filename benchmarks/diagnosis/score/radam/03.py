import math


class Plan:
    def __init__(self, beta1, beta2, t):
        self.c1, self.c2 = 1 - beta1**t, 1 - beta2**t
        self.limit = 2 / (1 - beta2) - 1
        self.rho = self.limit - 2 * t * beta2**t / self.c2

    @property
    def reliable(self):
        return self.rho > 5

    @property
    def factor(self):
        top = (self.rho - 4) * (self.rho - 2) * self.limit
        bottom = (self.limit - 4) * (self.limit - 2) * self.rho
        return math.sqrt(top / bottom * self.c2) / self.c1


class RAdam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def init(self, param):
        return {"t": 0, "m": param * 0.0, "v": param * 0.0}

    def update(self, param, grad, state):
        (b1, b2), t = self.betas, state["t"] + 1
        grad = grad + self.weight_decay * param
        m = state["m"] * b1 + grad * (1 - b1)
        v = state["v"] * b2 + grad * grad * (1 - b2)
        plan = Plan(b1, b2, t)
        if plan.reliable:
            move = plan.factor * m / (v**0.5 + self.eps)
        else:
            move = m
        return param - self.lr * move, {"t": t, "m": m, "v": v}
