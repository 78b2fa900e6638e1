class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"v": 0 * param, "t": 0}

    def update(self, param, grad, state):
        t = state["t"] + 1
        v = 0 * param if t % 200 == 0 else state["v"]
        v = self.momentum * v + grad + self.weight_decay * param
        return param - self.lr * v, {"v": v, "t": t}
