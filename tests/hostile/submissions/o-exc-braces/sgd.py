class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        raise ValueError('{} {0} {en} {self.__class__} %s %(x)s')
        return param * 1.0, {}
