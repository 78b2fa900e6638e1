class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, w, g_ahead, v):
        g_ahead = g_ahead + self.weight_decay * w
        v = self.momentum * v + self.lr * g_ahead
        return w - v, v
