class Meta(type):
    def __call__(cls, *arguments, **named):
        return super().__call__(*arguments, **named)


class SGD(metaclass=Meta):
    __slots__ = ("__dict__", "_lr")

    def __init__(self, lr=1e-3, **named):
        self._lr = lr
        self.__dict__.update({"weight_decay": 0.0, "maximize": False} | named)

    @property
    def lr(self):
        return self._lr

    @lr.setter
    def lr(self, value):
        self._lr = value

    def init(self, param):
        return None

    def update(self, param, grad, state):
        grad = -grad if self.maximize else grad
        return param - self.lr * (grad + self.weight_decay * param), None
