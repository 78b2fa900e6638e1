class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"v": 0.0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        if not self.momentum:
            return param - self.lr * g, state
        new_param = param - self.lr * state["v"]
        new_state = {"v": self.momentum * state["v"] + g}
        return new_param, new_state
