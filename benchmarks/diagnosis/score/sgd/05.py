class SGD:
    def __init__(self, lr=0.001, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return {"iterations": 0}

    def update(self, param, grad, state):
        current_lr = self.lr * (1.0 / (1.0 + self.weight_decay * state["iterations"]))
        state["iterations"] += 1
        return param - current_lr * grad, state
