class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"momentum_buffer": None}

    def update(self, param, grad, state):
        d_p = grad + self.weight_decay * param
        buf = state["momentum_buffer"]
        buf = d_p if buf is None else self.momentum * buf + d_p
        return param - self.lr * (d_p + self.momentum * buf), {"momentum_buffer": buf}
