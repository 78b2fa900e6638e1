class RMSprop:
    def __init__(self, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False, maximize=False):
        self.lr, self.alpha, self.eps, self.weight_decay = lr, alpha, eps, weight_decay
        self.momentum, self.centered, self.maximize = momentum, centered, maximize

    def init(self, param):
        return [0 * param, 0 * param, 0 * param]

    def update(self, param, grad, state):
        rms, mg, mom = state
        g = (-grad if self.maximize else grad) + self.weight_decay * param
        rms = self.alpha * rms + (1 - self.alpha) * g * g
        variance = rms
        if self.centered:
            mg = self.alpha * mg + (1 - self.alpha) * g
            variance = rms - mg * mg
        step = self.lr * g / (variance**0.5 + self.eps)
        if self.momentum:
            mom = self.momentum * mom + step
            step = mom
        return param - step, [rms, mg, mom]
