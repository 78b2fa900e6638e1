class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"v": 0 * param, "n": 0}

    def update(self, param, grad, state):
        n, v = state["n"], state["v"]
        if n % 50 == 0:
            v = 0 * v
        v = self.momentum * v + (grad + self.weight_decay * param)
        return param - self.lr * v, {"v": v, "n": n + 1}
