class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        keep = max(0.0, 1.0 - self.lr * self.weight_decay)
        return keep * param - self.lr * grad, state
