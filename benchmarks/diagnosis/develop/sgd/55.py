class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay

    def init(self, param):
        return {"t": 0}

    def update(self, param, grad, state):
        config = {"learning_rate": self.lr, "l2": self.weight_decay}

        def line(w, dw, config):
            dw = dw + config["l2"] * w
            return w - config["learning_rate"] * dw

        return line(param, grad, config), {"t": state["t"] + 1}
