import numpy as np


class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay

    def init(self, param):
        return {"square_avg": np.zeros(param.shape)}

    def update(self, param, grad, state):
        g = np.array(grad)
        g += self.weight_decay * param
        avg = state["square_avg"]
        avg *= self.alpha
        avg += (1 - self.alpha) * g * g
        denominator = np.sqrt(avg)
        denominator += self.eps
        g /= denominator
        return param - self.lr * g, state
