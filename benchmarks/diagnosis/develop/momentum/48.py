class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"buf": None}

    def update(self, param, grad, state):
        param = param * (1 - self.lr * self.weight_decay)
        buf = grad if state["buf"] is None else self.momentum * state["buf"] + grad
        return param - self.lr * buf, {"buf": buf}
