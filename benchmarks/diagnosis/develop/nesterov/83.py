class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"b": 0.0 * param}

    def update(self, param, grad, state):
        mu, b = self.momentum, state["b"]
        g = grad + self.weight_decay * param
        return param - self.lr * ((1 + mu) * g + mu * mu * b), {"b": mu * b + g}
