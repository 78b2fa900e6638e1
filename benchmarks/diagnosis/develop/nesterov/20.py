class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"m": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        m = self.momentum * state["m"] + (1 - self.momentum) * g
        return param - self.lr * (g + self.momentum * m), {"m": m}
