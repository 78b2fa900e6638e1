class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return (0,)

    def update(self, param, grad, state):
        (t,) = state
        t += 1
        a_t = self.lr / t
        return param - a_t * (grad + self.weight_decay * param), (t,)
