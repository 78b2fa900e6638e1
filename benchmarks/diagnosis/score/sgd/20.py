class SGD:
    lr = 1e-3
    weight_decay = 0.0

    def __init__(self, lr=None, weight_decay=None):
        if lr is not None:
            self.lr = lr
        if weight_decay is not None:
            self.weight_decay = weight_decay

    def init(self, param):
        return []

    def update(self, param, grad, state):
        kept = 1.0 - self.weight_decay
        return kept * param - self.lr * grad, state
