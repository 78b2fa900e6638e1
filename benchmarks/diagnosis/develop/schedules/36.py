import math


class Schedule:
    def __init__(self, inner, lr=0.1, start_factor=1 / 3, total_iters=5, T_max=100, eta_min=0.0):
        self.inner = inner
        self.lr = lr
        self.start_factor = start_factor
        self.total_iters = total_iters
        self.T_max = T_max
        self.eta_min = eta_min

    def adjust_learning_rate(self, epoch):
        """Decay the learning rate with half-cycle cosine after warmup."""
        if epoch < self.total_iters:
            lr = self.lr * (epoch + 1) / self.total_iters
        else:
            epoch = min(epoch, self.total_iters + self.T_max)
            lr = self.eta_min + (self.lr - self.eta_min) * 0.5 * (
                1.0 + math.cos(math.pi * (epoch - self.total_iters) / self.T_max)
            )
        self.inner.lr = lr
        return lr

    def init(self, param):
        return {"epoch": 0, "inner": self.inner.init(param)}

    def update(self, param, grad, state):
        self.adjust_learning_rate(state["epoch"])
        param, inner = self.inner.update(param, grad, state["inner"])
        return param, {"epoch": state["epoch"] + 1, "inner": inner}
