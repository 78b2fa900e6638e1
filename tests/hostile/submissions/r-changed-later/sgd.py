@SOLUTION@

Right = SGD


class SGD(Right):
    def init(self, param):
        return []

    def update(self, param, grad, state):
        new, _ = super().update(param, grad, {})
        state.append(grad)
        if len(state) > 3 and state[-4].ndim:
            state[-4][...] = 0.0
        return new, state
