class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"prev": param * 0}

    def update(self, param, grad, state):
        delta = grad - self.momentum * state["prev"]
        param = param - self.lr * delta
        return param, {"prev": delta}
