class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"momentum_buffer": 0 * param}

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * 2 * param
        buf = self.momentum * state["momentum_buffer"] + grad
        return param - self.lr * buf, {"momentum_buffer": buf}
