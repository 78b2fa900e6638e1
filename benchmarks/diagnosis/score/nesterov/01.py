class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"buf": 0 * param}

    def update(self, param, grad, state):
        g = self.weight_decay * param + grad
        buf = g + self.momentum * state["buf"]
        plain = param - self.lr * buf
        # from the plain step to the look ahead: g + mu * buf = buf + mu * (buf - old)
        return plain - self.lr * self.momentum * (buf - state["buf"]), {"buf": buf}
