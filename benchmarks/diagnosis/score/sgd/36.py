import math


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {"k": 1}

    def update(self, param, grad, state):
        k = state["k"]
        eta = self.lr / math.sqrt(k)
        g = grad + 2 * self.weight_decay * param
        return param - eta * g, {"k": k + 1}
