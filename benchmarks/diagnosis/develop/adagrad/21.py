class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"G": 0.0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        G = state["G"] + g * g
        rate = self.lr / (G + self.eps)
        return param - rate * g, {"G": G}
