class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return param - param

    def update(self, param, grad, mean):
        mean = mean + (grad - mean) * (1 - self.momentum)
        return param - self.lr * mean, mean
