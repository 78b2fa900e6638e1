class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        return 0 * param

    def update(self, param, grad, accu):
        grad = grad + self.weight_decay * param
        accu_new = accu + grad * grad
        return param - (self.lr * grad / (accu_new + self.eps) ** 0.5), accu_new
