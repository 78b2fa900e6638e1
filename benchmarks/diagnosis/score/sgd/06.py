class SGD:
    def __init__(self, **hparams):
        self.lr = hparams.get("lr", 1e-3)
        self.weight_decay = hparams.get("weight_decay", 0)

    @staticmethod
    def descend(rate):
        def apply(weight, gradient):
            delta = gradient * -rate
            return weight + delta

        return apply

    def init(self, param):
        return ()

    def update(self, param, grad, state):
        return self.descend(self.lr)(param, grad), state
