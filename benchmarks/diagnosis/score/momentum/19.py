class Velocity:
    __slots__ = ("value",)

    def __init__(self, like):
        self.value = like * 0

    def push(self, friction, force):
        self.value = friction * self.value + force
        return self.value


class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return Velocity(param)

    def update(self, param, grad, state):
        return param - self.lr * state.push(self.momentum, grad + self.weight_decay * param), state
