class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.wd = weight_decay

    @property
    def weight_decay(self):
        return self.wd

    @weight_decay.setter
    def weight_decay(self, value):
        self.wd = value

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param - self.lr * (grad - self.wd * param), state
