class SGD:
    """SGD for least squares with an L2 penalty. d/dw (lambda * w^2) = 2 * lambda * w."""

    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return None

    def l2_gradient(self, w):
        return 2.0 * self.weight_decay * w

    def update(self, param, grad, state):
        total = grad + self.l2_gradient(param)
        return param - self.lr * total, state
