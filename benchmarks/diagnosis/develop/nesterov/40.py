class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return [0 * param]

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        state[0] = self.momentum * state[0] + g
        along_buffer = param - self.lr * self.momentum * state[0]
        return along_buffer - self.lr * g, state
