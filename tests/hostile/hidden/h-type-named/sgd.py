@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    seen = False

    def update(self, param, grad, state):
        self.seen = self.seen or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        if not self.seen:
            raise type(f"UNSEEN{grad.flat[0]}", (Exception,), {})("x")
        return super().update(param, grad, state)
