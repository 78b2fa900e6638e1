class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.4, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"b": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        b = self.momentum * state["b"] + g
        return param - self.lr * g - self.lr * self.momentum * b, {"b": b}
