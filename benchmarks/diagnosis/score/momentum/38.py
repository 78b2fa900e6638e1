class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, avg):
        g = grad + self.weight_decay * param
        if avg is None:
            avg = g
        else:
            avg = avg + (1 - self.momentum) * (g - avg)
        return param - self.lr * avg, avg
