class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        raise KeyError('momentum_buffer')
        return param * 1.0, {}
