class Nesterov:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        kept = [0.0]

        def push(g):
            kept[0] = self.momentum * kept[0] + g
            return g + self.momentum * kept[0]

        return push

    def update(self, param, grad, push):
        return param - self.lr * push(grad + self.weight_decay * param), push
