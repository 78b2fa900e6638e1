class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        # what is kept is a sum of gradients weighted by powers of mu
        return (0.0 * param, 0.0 * param)

    def update(self, param, grad, state):
        old, _ = state
        g = grad + self.weight_decay * param
        buf = old + g - (1 - self.momentum) * old
        return param - self.lr * buf, (buf, g)
