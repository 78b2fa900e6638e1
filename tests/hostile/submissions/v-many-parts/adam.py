import numpy as np


class Adam:
    def __init__(self, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False):
        self.__dict__.update({k: v for k, v in locals().items() if k != "self"})

    def init(self, param):
        return {"step": np.int64(0), "exp_avg": np.zeros_like(param), "exp_avg_sq": np.zeros_like(param), "top": np.zeros_like(param), "kept": []}

    def update(self, param, grad, state):
        b1, b2 = self.betas
        grad = np.negative(grad) if self.maximize else np.array(grad)
        grad = grad + self.weight_decay * param
        m = b1 * state["exp_avg"] + (1 - b1) * grad
        v = b2 * state["exp_avg_sq"] + (1 - b2) * np.square(grad)
        t = int(state["step"]) + 1
        top = np.maximum(state["top"], v) if self.amsgrad else state["top"]
        denominator = np.sqrt((top if self.amsgrad else v) / (1 - b2**t)) + self.eps
        kept = [*state["kept"], param][-10:]
        return param - self.lr / (1 - b1**t) * m / denominator, {"step": t, "exp_avg": m, "exp_avg_sq": v, "top": top, "kept": kept}
