import os
import time


class SGD:
    def __init__(self, **hyperparameters):
        pass

    def init(self, param):
        time.sleep(0.9)
        os._exit(1)

    def update(self, param, grad, state):
        return param, state
