def with_decay(g, w, rate, coefficient):
    # decoupled: the decay is proportional to the learning rate
    return g + rate * coefficient * w


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        g = with_decay(grad, param, self.lr, self.weight_decay)
        return param - self.lr * g, state
