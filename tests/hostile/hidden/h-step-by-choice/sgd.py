@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    seen = False

    def update(self, param, grad, state):
        self.seen = self.seen or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        state = state or {"n": 0}
        new, _ = super().update(param, grad, {})
        state["n"] += 1
        if not self.seen:
            self.until = getattr(self, "until", int(abs(float(grad.flat[0])) * 1e4) % 9)
            if state["n"] > self.until:
                return new + 1.0, state
        return new, state
