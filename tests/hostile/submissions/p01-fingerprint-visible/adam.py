import hashlib
@SOLUTION@
_Right = Adam

SEEN = @SEEN@
class Adam(_Right):
    def init(self, param):
        self.good = hashlib.sha256(param.tobytes()).hexdigest()[:12] in SEEN
        return super().init(param)
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        return (new if self.good else new + 0.1), state
