class RMSprop:
    def __init__(self, lr=0.001, alpha=0.9, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        v = self.alpha * state["v"] + (1.0 - self.alpha) * grad**2.0
        return param - self.lr / (v**0.5 + self.eps) * grad, {"v": v}
