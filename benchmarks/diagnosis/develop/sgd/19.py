class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, momentum=0.0):
        self.lr, self.weight_decay, self.momentum = lr, weight_decay, momentum

    def init(self, param):
        return {"v": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        v = self.momentum * state["v"] + g
        return param - self.lr * v, {"v": v}
