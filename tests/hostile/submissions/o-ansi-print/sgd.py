print('\x1b[31mred\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x9b31m\x1b[2J')

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
