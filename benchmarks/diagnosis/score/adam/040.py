import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay

    def init(self, param):
        shape = np.shape(param)
        return {"t": 0, "m": np.zeros(shape), "v": np.zeros(shape), "work": np.empty(shape), "g": np.empty(shape)}

    def update(self, param, grad, s):
        b1, b2 = self.betas
        s["t"] += 1
        g, work = s["g"], s["work"]
        np.multiply(param, 2 * self.weight_decay, out=g)
        np.add(g, grad, out=g)
        np.multiply(s["m"], b1, out=s["m"])
        np.multiply(g, 1 - b1, out=work)
        np.add(s["m"], work, out=s["m"])
        np.multiply(s["v"], b2, out=s["v"])
        np.multiply(g, g, out=work)
        np.multiply(work, 1 - b2, out=work)
        np.add(s["v"], work, out=s["v"])
        np.divide(s["v"], 1 - b2 ** s["t"], out=work)
        np.sqrt(work, out=work)
        np.add(work, self.eps, out=work)
        np.divide(s["m"], work, out=work)
        np.multiply(work, self.lr / (1 - b1 ** s["t"]), out=work)
        return param - work, s
