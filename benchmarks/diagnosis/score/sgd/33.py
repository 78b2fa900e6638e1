class SGD:
    def __init__(self, lr=1e-3, weight_decay=5e-4):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        shrink = 1 - self.lr * self.weight_decay
        return shrink * param - self.lr * grad, state
