class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"p": 0.0}

    def update(self, x, grad, state):
        p = self.momentum * state["p"] + (1 - self.momentum) * self.lr * grad
        return x - p, {"p": p}
