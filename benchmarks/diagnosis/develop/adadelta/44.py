class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return {"梯度平方": 0 * param, "更新量平方": 0 * param}

    def update(self, param, grad, state):
        g = grad + self.weight_decay * param
        s = self.rho * state["梯度平方"] + (1 - self.rho) * g**2
        分子 = (state["更新量平方"] + self.eps) ** 0.5
        分母 = (s + self.eps) ** 0.5
        更新量 = 分子 / 分母 * g
        d = self.rho * state["更新量平方"] + (1 - self.rho) * 更新量**2
        return param - self.lr * 更新量, {"梯度平方": s, "更新量平方": d}
