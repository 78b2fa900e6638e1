class Nesterov:
    """v = mu * v + grad(x - lr * mu * v); here the gradient is given."""

    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, velocity):
        velocity = self.momentum * velocity + grad + self.weight_decay * param
        return param - self.lr * velocity, velocity
