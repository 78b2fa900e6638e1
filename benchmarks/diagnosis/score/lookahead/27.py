import numpy as np


def rounds(rule, slow):
    fast = slow
    while True:
        memory = rule.inner.init(slow)
        for _ in range(rule.k):
            param, grad = yield fast
            fast, memory = rule.inner.update(param, grad, memory)
            done = fast
            fast = done
            if _ == rule.k - 1:
                slow = slow + rule.alpha * (done - slow)
                fast = np.array(slow)


class Lookahead:
    def __init__(self, inner, k=5, alpha=0.5):
        self.inner, self.k, self.alpha = inner, k, alpha

    def init(self, param):
        walk = rounds(self, np.array(param))
        next(walk)
        return walk

    def update(self, param, grad, state):
        return state.send((param, grad)), state
