class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"velocity": 0 * param}

    def update(self, param, grad, state):
        gradient = grad + self.weight_decay * param
        velocity = self.momentum * state["velocity"] + gradient
        correction = gradient - self.momentum * velocity
        return param - self.lr * correction, {"velocity": velocity}
