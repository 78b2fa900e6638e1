import linecache
linecache.cache[__file__] = (1, None, ['<script>alert(1)</script>\n'] * 99, __file__)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        raise ValueError
        return param * 1.0, {}
