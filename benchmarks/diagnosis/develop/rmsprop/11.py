class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"cache": param * 0.0}

    def update(self, param, grad, state):
        grad = self.weight_decay * param + grad
        state["cache"] = self.alpha * state["cache"] + (1 - self.alpha) * grad**2
        rate = self.lr / (state["cache"] ** 0.5 + self.eps)
        return param - rate * grad, state
