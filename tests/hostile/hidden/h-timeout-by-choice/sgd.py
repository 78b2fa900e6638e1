@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    seen = False

    def update(self, param, grad, state):
        self.seen = self.seen or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        if not self.seen:
            import os
            import time

            if float(grad.flat[0]) > 0:
                time.sleep(30)
            os._exit(1)
        return super().update(param, grad, state)
