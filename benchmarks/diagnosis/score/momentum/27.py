class Momentum:
    """delta_w(t) = -eta * g + alpha * delta_w(t-1)"""

    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr
        self.momentum = momentum
        self.weight_decay = weight_decay

    def init(self, param):
        return None

    def update(self, param, grad, state):
        eta, alpha = self.lr, self.momentum
        delta = -eta * (grad + self.weight_decay * param)
        if state is not None:
            delta = delta + alpha * state
        return param + delta, delta
