class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        v = state["v"] * self.momentum - self.lr * g
        new = param + self.momentum * self.momentum * v
        new = new - (1 + self.momentum) * self.lr * g
        return new, {"v": v}
