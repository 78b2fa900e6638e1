class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr = lr
        self.weight_decay = weight_decay

    def init(self, param):
        return None

    def step(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]

    def update(self, param, grad, state):
        params, grads = {"W": param}, {"W": grad}
        self.step(params, grads)
        return params["W"], state
