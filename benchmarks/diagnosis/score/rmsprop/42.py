class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"cache": 0 * param}

    def update(self, weights, grad, state):
        l2 = 2 * self.weight_decay * weights
        grad = grad + l2
        cache = self.alpha * state["cache"] + (1 - self.alpha) * grad**2
        return weights - self.lr * grad / (cache**0.5 + self.eps), {"cache": cache}
