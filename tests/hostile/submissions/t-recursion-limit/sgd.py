import sys
sys.setrecursionlimit(10**9)
class A:
    def __getattr__(s, n): return getattr(s, n + 'x')
def f(n): return [f(n + 1)]
repr(f(0))

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
