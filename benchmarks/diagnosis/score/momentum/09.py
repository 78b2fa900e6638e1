class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.buffers = []

    def init(self, param):
        self.buffers.append(0 * param)
        return len(self.buffers) - 1

    def update(self, param, grad, index):
        self.buffers[index] = self.momentum * self.buffers[index] + grad + self.weight_decay * param
        return param - self.lr * self.buffers[index], index
