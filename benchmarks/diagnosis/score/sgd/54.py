class SGD:
    def __init__(self, lr=0.01, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        return param - self.lr * g, state
