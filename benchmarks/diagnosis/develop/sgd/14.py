class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        log_likelihood_gradient = grad
        penalty = 2 * self.weight_decay * param
        return param + self.lr * (log_likelihood_gradient - penalty), state
