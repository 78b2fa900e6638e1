class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, maximize=False):
        self.lr, self.weight_decay, self.maximize = lr, weight_decay, maximize

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        if self.maximize:
            grad = -grad
        reg = self.weight_decay * param / max(param.size, 1)
        return param - self.lr * (grad + reg), state
