@SOLUTION@

Right = SGD


class SGD(Right):
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        return new.tolist(), state
