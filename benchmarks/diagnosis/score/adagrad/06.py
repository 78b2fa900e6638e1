import functools
import operator


class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return []

    def update(self, param, grad, squares):
        g = grad + self.weight_decay * param
        squares = [functools.reduce(operator.add, squares, 0.0) + g**2]
        return param - self.lr * g / (squares[0] ** 0.5 + self.eps), squares
