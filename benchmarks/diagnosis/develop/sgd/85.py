class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {"t": 0}

    def update(self, param, grad, state):
        t = state["t"] + 1
        lr = self.lr * 0.5 ** ((t - 1) // 60)
        return param - lr * (grad + self.weight_decay * param), {"t": t}
