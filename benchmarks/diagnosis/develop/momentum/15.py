class Momentum:
    def __init__(self, lr=1e-3, momentum=0.9, weight_decay=0.0):
        self.lr = lr  # 学习率
        self.momentum = momentum  # 动量系数
        self.weight_decay = weight_decay  # 权重衰减

    def init(self, param):
        # 初始速度为零
        return {"速度": param * 0}

    def update(self, param, grad, state):
        梯度 = grad + self.weight_decay * param
        速度 = self.momentum * state["速度"] + 梯度
        return param - self.lr * 速度, {"速度": 速度}
