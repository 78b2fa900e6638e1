class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        raise ValueError('`<b>x</b>` `` ` [x](javascript:alert(1)) ![i](http://127.0.0.1/x.png) $\\href{javascript:alert(1)}{x}$')
        return param * 1.0, {}
