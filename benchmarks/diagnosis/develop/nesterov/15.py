class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return 0, 0 * param

    def update(self, param, grad, state):
        t, buf = state
        t += 1
        theta = (t - 1.0) / (t + 2.0)
        g = grad + self.weight_decay * param
        buf = theta * buf + g
        return param - self.lr * (g + theta * buf), (t, buf)
