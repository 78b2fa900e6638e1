import time

time.sleep(0.7)


class SGD:
    def __init__(self, **hyperparameters):
        time.sleep(0.3)

    def init(self, param):
        time.sleep(0.3)

    def update(self, param, grad, state):
        time.sleep(0.3)
        return param, state
