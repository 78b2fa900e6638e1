class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": 0.0 * param, "t": 0}

    def update(self, param, grad, state):
        t = state["t"] + 1
        mu = min(self.momentum, 1 - 1 / (t + 1))
        v = mu * state["v"] + grad + self.weight_decay * param
        return param - self.lr * v, {"v": v, "t": t}
