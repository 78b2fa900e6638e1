class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay
        self._rate = lr

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        if self.lr > 0:
            self._rate = self.lr
        return param - self._rate * (grad + self.weight_decay * param), state
