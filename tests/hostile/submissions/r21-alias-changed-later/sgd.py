@SOLUTION@

_R = SGD
class SGD(_R):
    def init(self, p): return [None]
    def update(self, p, g, s):
        if s[0] is not None and s[0].ndim: s[0] += 1
        new, _ = super().update(p.copy(), g, {})
        import numpy as np
        return new, [new if isinstance(new, np.ndarray) else None]
