class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        d_p = grad
        if self.weight_decay != 0:
            d_p = d_p + self.weight_decay * param
        if "momentum_buffer" not in state:
            buf = state["momentum_buffer"] = d_p
        else:
            buf = state["momentum_buffer"]
            buf *= self.momentum
            buf += d_p
            state["momentum_buffer"] = buf
        return param - self.lr * buf, state
