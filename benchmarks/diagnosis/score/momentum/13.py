class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"of_grad": 0 * param, "of_decay": 0 * param}

    def update(self, param, grad, state):
        of_grad = self.momentum * state["of_grad"] + grad
        of_decay = self.momentum * state["of_decay"] + self.weight_decay * param
        new = param - self.lr * of_grad - self.lr * of_decay
        return new, {"of_grad": of_grad, "of_decay": of_decay}
