class AdaGrad:
    def __init__(self, lr=0.001, eps=1e-7, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return {"accumulator": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        acc = state["accumulator"] + g**2
        return param - self.lr * g / (acc**0.5 + self.eps), {"accumulator": acc}
