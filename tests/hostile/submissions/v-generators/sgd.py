def steps(rule, param):
    while True:
        grad = yield param
        grad = (-grad if rule.maximize else grad) + rule.weight_decay * param
        param = param - rule.lr * grad


class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0, maximize=False):
        self.lr, self.weight_decay, self.maximize = lr, weight_decay, maximize

    def init(self, param):
        run = steps(self, param)
        next(run)
        return run

    def update(self, param, grad, state):
        return state.send(grad), state
