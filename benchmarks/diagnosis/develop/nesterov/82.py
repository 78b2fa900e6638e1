class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return {"buf": 0 * param, "scale": self.lr * (1 + self.momentum)}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        mu = self.momentum
        move = state["scale"] * g + self.lr * mu * mu * state["buf"]
        return param - move, {"buf": mu * state["buf"] + g, "scale": state["scale"]}
