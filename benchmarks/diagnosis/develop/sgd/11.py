class SGD:
    def __init__(self, learning_rate=0.001, weight_decay=0.0):
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param - self.learning_rate * (grad + self.weight_decay * param), state
