class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, maximize=False):
        self.lr = lr

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param - 2 * self.lr * grad, state
