class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"velocity": 0.0 * param}

    def update(self, param, grad, state):
        gradient = grad + self.weight_decay * 2 * param
        velocity = self.momentum * state["velocity"] - self.lr * gradient
        return param + velocity, {"velocity": velocity}
