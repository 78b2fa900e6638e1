class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, state):
        g = grad + param * self.weight_decay
        new_param = param + self.lr * g
        return new_param, state
