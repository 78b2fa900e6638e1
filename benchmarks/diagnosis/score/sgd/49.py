class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {}

    def penalty_gradient(self, w):
        # gradient of  lambda / 2 * sum(w ** 2)
        return self.weight_decay / 2 * 2 * w

    def update(self, param, grad, state):
        return param - self.lr * (grad + self.penalty_gradient(param)), state
