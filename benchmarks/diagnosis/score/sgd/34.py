class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        pass

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        alpha = 0.001
        return param - alpha * grad, state
