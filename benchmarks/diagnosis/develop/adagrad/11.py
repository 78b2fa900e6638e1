class AdaGrad:
    def __init__(self, learning_rate=0.01, epsilon=1e-10, weight_decay=0.0):
        self.learning_rate, self.epsilon, self.weight_decay = learning_rate, epsilon, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, cache):
        g = grad + self.weight_decay * param
        cache = cache + g * g
        return param - self.learning_rate * g / (cache**0.5 + self.epsilon), cache
