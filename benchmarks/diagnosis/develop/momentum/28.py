class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        d_p = grad + self.weight_decay * param
        if self.momentum != 0:
            if "momentum_buffer" in state:
                d_p = self.momentum * state["momentum_buffer"] + d_p
            state = {"momentum_buffer": d_p}
        return param - self.lr * d_p, state
