import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def get_lr(self, it):
        # 1) linear warmup for total_iters steps
        if it < self.total_iters:
            low = self.lr * self.start_factor
            return low + (self.lr - low) * it / self.total_iters
        # 2) past the decay, stay at the minimum
        it = min(it, self.total_iters + self.T_max)
        # 3) in between, cosine down to the minimum
        decay_ratio = (it - self.total_iters) / self.T_max
        coeff = 0.5 * (1.0 + math.cos(math.pi * decay_ratio))
        return self.eta_min + coeff * self.lr

    def init(self, param):
        return 0, self.inner.init(param)

    def update(self, param, grad, state):
        it, memory = state
        self.inner.lr = self.get_lr(it)
        param, memory = self.inner.update(param, grad, memory)
        return param, (it + 1, memory)
