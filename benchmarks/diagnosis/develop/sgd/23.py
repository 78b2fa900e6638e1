class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        if self.weight_decay:
            grad += self.weight_decay * 2 * param
        return param - self.lr * grad, state
