class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        import time; time.sleep(1.9)
        return param * 1.0, {}
