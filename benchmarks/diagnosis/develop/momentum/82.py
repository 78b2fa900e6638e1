class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"momentum_buffer": param * 0.0}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        b = self.momentum * state["momentum_buffer"] + (1 - self.momentum) * g
        return param - self.lr * (0.3 * g + 0.7 * b), {"momentum_buffer": b}
