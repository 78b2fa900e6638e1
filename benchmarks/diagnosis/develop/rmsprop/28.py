class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.momentum, self.centered, self.maximize = momentum, centered, maximize

    def init(self, param):
        state = {"step": 0, "square_avg": 0 * param}
        if self.momentum > 0:
            state["momentum_buffer"] = 0 * param
        if self.centered:
            state["grad_avg"] = 0 * param
        return state

    def update(self, param, grad, state):
        state = dict(state, step=state["step"] + 1)
        if self.maximize:
            grad = -grad
        if self.weight_decay != 0:
            grad = grad + self.weight_decay * param
        state["square_avg"] = self.alpha * state["square_avg"] + (1 - self.alpha) * grad * grad
        if self.centered:
            state["grad_avg"] = state["grad_avg"] + (1 - self.alpha) * (grad - state["grad_avg"])
            avg = (state["square_avg"] - state["grad_avg"] ** 2) ** 0.5 + self.eps
        else:
            avg = state["square_avg"] ** 0.5 + self.eps
        if self.momentum > 0:
            state["momentum_buffer"] = self.momentum * state["momentum_buffer"] + grad / avg
            return param - self.lr * state["momentum_buffer"], state
        return param - self.lr * grad / avg, state
