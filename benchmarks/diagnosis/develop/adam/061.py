import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.epsilon = self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        return {"m": None, "v": None, "t": 0}

    def update(self, param, grad, state):
        m, v, t = state["m"], state["v"], state["t"]
        beta_1, beta_2 = self.betas
        if m is None:
            m = np.zeros(np.shape(grad))
            v = np.zeros(np.shape(grad))
        grad_wrt_w = grad + self.weight_decay * param
        t = t + 1
        m = beta_1 * m + (1 - beta_1) * grad_wrt_w
        v = beta_2 * v + (1 - beta_2) * np.power(grad_wrt_w, 2)
        m_hat = m / (1 - beta_1**t)
        v_hat = v / (1 - beta_2**t)
        w_updt = self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
        return w_updt, {"m": m, "v": v, "t": t}
