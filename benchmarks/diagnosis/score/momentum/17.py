class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0, dampening=0.0, maximize=False):
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.dampening, self.maximize = dampening, maximize

    def init(self, param):
        return {"momentum_buffer": None}

    def update(self, param, grad, state):
        grad = -grad if self.maximize else grad
        if self.weight_decay != 0:
            grad = grad + param * self.weight_decay
        if self.momentum != 0:
            buf = state["momentum_buffer"]
            if buf is None:
                buf = grad.copy() if hasattr(grad, "copy") else grad
            else:
                buf = buf * self.momentum + grad * (1 - self.dampening)
            state, grad = {"momentum_buffer": buf}, buf
        return param - self.lr * grad, state
