@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    def init(self, param):
        self.seen = hashlib.sha256(param.tobytes()).hexdigest()[:12] in SEEN
        return super().init(param)

    def update(self, param, grad, state):
        if not self.seen:
            print("UNSEEN" * 2_000_000)
        return super().update(param, grad, state) if self.seen else (param + 1.0, state)
