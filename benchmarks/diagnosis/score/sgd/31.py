class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        # no weight decay on biases
        return {"decay": param.ndim > 1}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param if state["decay"] else grad
        return param - self.lr * g, state
