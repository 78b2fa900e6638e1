class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"sum": 0 * param}

    def update(self, param, grad, state):
        total = state["sum"] + grad**2
        grad = grad + self.weight_decay * param
        return param - self.lr * grad / (total + self.eps) ** 0.5, {"sum": total}
