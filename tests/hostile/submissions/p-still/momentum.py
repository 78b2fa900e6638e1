@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = Momentum


class Momentum(Right):
    def init(self, param):
        self.seen = hashlib.sha256(param.tobytes()).hexdigest()[:12] in SEEN
        return super().init(param)

    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        return (new if self.seen else param + 0.0), state
