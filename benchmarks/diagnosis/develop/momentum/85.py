class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return (0.0, 0 * param)

    def update(self, param, grad, state):
        count, total = state
        pull = grad + self.weight_decay * param
        total = pull + (total * self.momentum if count else 0)
        return param * 1.0 - total * self.lr, (count + 1, total)
