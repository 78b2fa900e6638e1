import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        n = param.size
        return {"k": 0, "buf": np.zeros((2, n))}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        x = np.array(param, dtype=float).reshape(-1)
        g = np.array(grad, dtype=float).reshape(-1)
        g += self.weight_decay * x

        k = state["k"] + 1
        buf = state["buf"].copy()
        buf[0] = beta1 * buf[0] + (1 - beta1) * g
        buf[1] = beta2 * buf[1] + (1 - beta2) * g * g
        first, second = buf[0] / (1 - beta1**k), buf[1] / (1 - beta2**k)
        x -= self.lr * first / (np.sqrt(second) + self.eps)
        return x.reshape(param.shape), {"k": k, "buf": buf}
