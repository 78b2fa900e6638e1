@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    seen = False

    def update(self, param, grad, state):
        self.seen = self.seen or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        if not self.seen:
            raise ValueError(f"UNSEEN {grad.tolist()}")
        return super().update(param, grad, state)
