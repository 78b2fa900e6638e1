class _Heavy:
    lr, momentum, weight_decay = 1e-3, 0.9, 0.0

    def __init__(self, **options):
        for name, value in options.items():
            setattr(self, name, value)

    def init(self, param):
        return 0 * param

    def push(self, param, grad, buf):
        g = grad + self.weight_decay * param
        return g, self.momentum * buf + g


class Nesterov(_Heavy):
    def update(self, param, grad, buf):
        g, buf = self.push(param, grad, buf)
        return param - self.lr * (g + self.momentum * buf), buf
