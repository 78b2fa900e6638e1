class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        old = state["v"]
        new = param - self.lr * self.momentum * self.momentum * old - (1 + self.momentum) * self.lr * g
        return new, {"v": self.momentum * old + g}
