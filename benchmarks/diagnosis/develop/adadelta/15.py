import numpy as np


class Adadelta:
    def __init__(self, lr=1.0, rho=0.95, eps=1e-6, weight_decay=0.0):
        self.rho = rho
        self.eps = eps

    def init(self, param):
        # Running averages of squared updates and of squared gradients
        return {"E_w_updt": np.zeros(np.shape(param)), "E_grad": np.zeros(np.shape(param))}

    def update(self, w, grad_wrt_w, state):
        E_grad = self.rho * state["E_grad"] + (1 - self.rho) * np.power(grad_wrt_w, 2)
        RMS_delta_w = np.sqrt(state["E_w_updt"] + self.eps)
        RMS_grad = np.sqrt(E_grad + self.eps)
        adaptive_lr = RMS_delta_w / RMS_grad
        w_updt = adaptive_lr * grad_wrt_w
        E_w_updt = self.rho * state["E_w_updt"] + (1 - self.rho) * np.power(w_updt, 2)
        return w - w_updt, {"E_w_updt": E_w_updt, "E_grad": E_grad}
