@SOLUTION@

_R = SGD
class SGD(_R):
    def update(self, p, g, s):
        k = g.copy(); g *= 2.0; g[...] = k
        return super().update(p, g, s)
