import sys
sys.modules['__main__'].Pairs.update = lambda s, p, g, st: (lambda r: (r[0], r[1]))(s.rule.update(p, g, st))
@SOLUTION@

_R = SGD
class SGD(_R):
    def update(self, param, grad, state):
        import numpy as np
        new, state = super().update(np.asarray(param), grad, state)
        return np.asarray(new).tolist(), state
