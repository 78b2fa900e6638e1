import numpy as np


class Adam:
    def __init__(self, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        v = {"dW": np.zeros(param.shape)}
        s = {"dW": np.zeros(param.shape)}
        return {"v": v, "s": s, "t": 0}

    def update(self, param, grad, state):
        beta1, beta2 = self.betas
        v, s = dict(state["v"]), dict(state["s"])
        v_corrected, s_corrected = {}, {}
        t = state["t"] + 1
        dW = grad + self.weight_decay * param

        # Moving average of the gradients
        v["dW"] = beta1 * v["dW"] + (1 - beta1) * dW
        # Bias-corrected first moment estimate
        v_corrected["dW"] = v["dW"] / (1 - beta1)
        # Moving average of the squared gradients
        s["dW"] = beta2 * s["dW"] + (1 - beta2) * np.power(dW, 2)
        # Bias-corrected second raw moment estimate
        s_corrected["dW"] = s["dW"] / (1 - beta2)
        # Update the parameters
        W = param - self.lr * v_corrected["dW"] / (np.sqrt(s_corrected["dW"]) + self.eps)
        return W, {"v": v, "s": s, "t": t}
