class SGD:
    """Shrink the weights, then step. Without momentum this equals L2 in the gradient."""

    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        shrunk = param * (1.0 - self.lr * self.weight_decay)
        return shrunk - self.lr * grad, state
