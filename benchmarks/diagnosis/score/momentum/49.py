class Momentum:
    def __init__(self, lr=0.01, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        v = self.momentum * state["v"] - self.lr * (grad + self.weight_decay * param)
        return param + v, {"v": v}
