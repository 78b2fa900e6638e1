class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.momentum, self.centered, self.maximize = momentum, centered, maximize

    def init(self, param):
        return {"v": 0 * param, "m": 0 * param, "b": 0 * param}

    def update(self, param, grad, state):
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        v = self.alpha * state["v"] + (1 - self.alpha) * g**2
        m = self.alpha * state["m"] + (1 - self.alpha) * g
        inside = v - m if self.centered else v
        move, b = g / (inside**0.5 + self.eps), state["b"]
        if self.momentum:
            move = b = self.momentum * b + move
        return param - self.lr * move, {"v": v, "m": m, "b": b}
