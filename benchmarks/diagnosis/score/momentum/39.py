class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.velocities = {}

    def init(self, param):
        return len(self.velocities)

    def update(self, param, grad, key):
        v = self.velocities.get(key, 0.0)
        v = self.momentum * v + grad + self.weight_decay * param
        self.velocities[key] = v
        return param - self.lr * v
