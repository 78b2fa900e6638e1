class SGD:
    DECAY = 0.99999

    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {"shrink": 1.0}

    def update(self, param, grad, state):
        eta = self.lr * state["shrink"]
        new = param - eta * (grad + self.weight_decay * param)
        return new, {"shrink": state["shrink"] * self.DECAY}
