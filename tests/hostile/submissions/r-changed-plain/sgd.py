@SOLUTION@



Right = SGD


class SGD(Right):
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        grad *= 0.0
        param += 1.0
        return new, state
