class SGD:
    """Mini-batch SGD: sums of gradients are divided by m."""

    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        m = g.size
        return param - (self.lr / m) * g, state
