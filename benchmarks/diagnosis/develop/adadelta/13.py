class Adadelta:
    def __init__(self, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
        self.lr, self.rho, self.eps, self.weight_decay = lr, rho, eps, weight_decay

    def init(self, param):
        return 0 * param, 0 * param

    def update(self, p, g, state):
        cg2, cu2 = state
        cg2_new = self.rho * cg2 + (1.0 - self.rho) * g**2
        ud = -((cu2 + self.eps) ** 0.5) / (cg2_new + self.eps) ** 0.5 * g
        cu2_new = self.rho * cu2 + (1.0 - self.rho) * ud**2
        return p + ud, (cg2_new, cu2_new)
