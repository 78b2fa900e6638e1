class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        __import__('<img src=x onerror=alert(1)>')
        return param * 1.0, {}
