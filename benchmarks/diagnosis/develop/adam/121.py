import math

import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        count = int(np.size(param))
        return {"m": [0.0] * count, "v": [0.0] * count, "t": 0}

    def update(self, param, grad, state):
        m, v, t = list(state["m"]), list(state["v"]), state["t"] + 1
        beta1, beta2 = self.betas
        params = [float(x) for x in np.ravel(param)]
        grads = [float(x) for x in np.ravel(grad)]
        for i in range(len(params)):
            g = grads[i] + self.weight_decay * params[i]
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g * g
            m_hat = m[i] / (1 - beta1**t)
            v_hat = v[i] / (1 - beta2**t)
            params[i] += self.lr * m_hat / (math.sqrt(v_hat) + self.eps)
        return np.array(params).reshape(np.shape(param)), {"m": m, "v": v, "t": t}
