class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"pre_v": 0 * param}

    def update(self, x, dx, state):
        pre_v = state["pre_v"]
        v = self.momentum * pre_v - self.lr * dx
        return x + v + self.momentum * (v - pre_v), {"pre_v": v}
