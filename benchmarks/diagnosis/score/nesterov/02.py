class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return (None,)

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        (old,) = state
        ahead = g if old is None else g + self.momentum * old
        new = g if old is None else self.momentum * old + g
        return param - ahead * self.lr, (new,)
