import copy


class Rounds:
    def __init__(self, inner, param):
        self.memory = inner.init(param)
        self.anchor = copy.deepcopy(param)
        self.taken = 0

    def advance(self, rule, param, grad):
        self.taken += 1
        param, self.memory = rule.own.update(param, grad, self.memory)
        if self.taken == rule.k:
            self.taken = 0
            param = self.anchor + rule.alpha * (param - self.anchor)
            self.anchor = copy.deepcopy(param)
        return param


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner = inner
        self.own = copy.deepcopy(inner)
        self.k = k
        self.alpha = alpha

    def init(self, param):
        return Rounds(self.inner, param)

    def update(self, param, grad, state):
        return state.advance(self, param, grad), state
