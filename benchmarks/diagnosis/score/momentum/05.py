class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return [param * 0.0]

    def update(self, param, grad, state):
        grad = grad + self.weight_decay * param
        velocity = state.pop()
        velocity = self.momentum * velocity + self.lr * grad
        state.append(velocity)
        return param - velocity, state
