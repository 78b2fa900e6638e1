class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"momentum_buffer": 0 * param}

    def update(self, param, grad, state):
        d_p = grad + self.weight_decay * param
        buf = self.momentum * state["momentum_buffer"] + d_p
        if self.momentum:
            d_p = d_p + self.momentum * buf
        else:
            d_p = buf
        return param - self.lr * d_p, {"momentum_buffer": buf}
