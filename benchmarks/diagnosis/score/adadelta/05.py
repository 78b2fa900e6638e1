class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def steps(self):
        of_grad = of_step = 0.0
        delta = 0.0
        while True:
            g = yield delta
            of_grad = self.rho * of_grad + (1 - self.rho) * g * g
            delta = (of_step + self.eps) ** 0.5 / (of_grad + self.eps) ** 0.5 * g
            of_step = self.rho * of_step + (1 - self.rho) * delta * delta

    def init(self, param):
        running = self.steps()
        next(running)
        return running

    def update(self, param, grad, running):
        return param - self.lr * running.send(grad + self.weight_decay * param), running
