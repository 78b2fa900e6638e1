class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"velocity": 0 * param}

    def update(self, param, grad, state):
        # grad is evaluated at the look-ahead point by the caller
        velocity = self.momentum * state["velocity"] + grad
        return param - self.lr * velocity, {"velocity": velocity}
