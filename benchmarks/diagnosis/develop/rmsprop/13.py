class RMSprop:
    def __init__(self, lr=1e-2, decay_rate=0.99, epsilon=1e-8, weight_decay=0.0):
        self.lr, self.decay_rate, self.epsilon, self.weight_decay = lr, decay_rate, epsilon, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, v):
        g = grad + self.weight_decay * param
        v = self.decay_rate * v + (1 - self.decay_rate) * g**2
        return param - self.lr * g / (v**0.5 + self.epsilon), v
