class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"buf": None, "lr": self.lr}

    def update(self, param, grad, state):
        buf = state["buf"] if state["lr"] == self.lr else None
        g = grad + self.weight_decay * param
        buf = g if buf is None else buf * self.momentum + g
        return param - self.lr * buf, {"buf": buf, "lr": self.lr}
