class AdamW:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        zero = 0.0 * param
        return zero, zero, 1.0, 1.0

    def update(self, param, grad, state):
        m, v, left1, left2 = state
        b1, b2 = self.betas
        left1, left2 = left1 * b1, left2 * b2
        m = b1 * m + (1 - b1) * grad
        v = b2 * v + (1 - b2) * grad * grad
        direction = m / (1 - left1) / (v / (1 - left2) + self.eps)
        return param - self.lr * (direction + self.weight_decay * param), (m, v, left1, left2)
