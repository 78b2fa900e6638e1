class AdaGrad:
    def __init__(self, lr=1e-2, eps=1e-10, weight_decay=0.0):
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay

    def init(self, param):
        # 梯度平方的累加，从零开始
        return (param * 0,)

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        累加 = state[0] + g * g
        # 分母是根号，再加 ε，防止除以零
        return param - self.lr * g / (累加**0.5 + self.eps), (累加,)
