class Nesterov:
    """x_k = y_{k-1} - lr * g;  y_k = x_k + k / (k + 3) * (x_k - x_{k-1})"""

    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay

    def init(self, param):
        return {"k": 0, "x": param}

    def update(self, param, grad, state):
        k = state["k"] + 1
        y = param
        x = y - self.lr * (grad + self.weight_decay * y)
        y = x + k / (k + 3) * (x - state["x"])
        return y, {"k": k, "x": x}
