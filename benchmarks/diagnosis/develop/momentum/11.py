class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def memory(self):
        v = 0.0
        while True:
            g = yield v
            v = self.momentum * v + g

    def init(self, param):
        gen = self.memory()
        next(gen)
        return gen

    def update(self, param, grad, state):
        return param - self.lr * state.send(grad + self.weight_decay * param), state
