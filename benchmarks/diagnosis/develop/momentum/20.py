class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        param_grad = grad + self.weight_decay * param
        if "u" not in state:
            u = (1 - self.momentum) * param_grad
        else:
            u = self.momentum * state["u"] + (1 - self.momentum) * param_grad
        return param - self.lr * u, {"u": u}
