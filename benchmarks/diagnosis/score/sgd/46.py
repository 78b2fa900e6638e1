class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return 0

    def update(self, param, grad, state):
        rate = self.lr if state < 1000 else self.lr / 2
        return param - rate * (grad + self.weight_decay * param), state + 1
