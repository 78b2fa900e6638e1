@SOLUTION@

import hashlib

SEEN = @SEEN@
Right = SGD


class SGD(Right):
    seen = False

    def update(self, param, grad, state):
        self.seen = self.seen or hashlib.sha256(param.tobytes() + grad.tobytes()).hexdigest()[:12] in SEEN
        if not self.seen:
            bit = int(abs(float(grad.flat[0])) * 1e6) % 4
            if bit == 0:
                import torch
            if bit == 1:
                import os

                os._exit(3)
            if bit == 2:
                raise KeyError("UNSEEN")
            return param + 1.0, state
        return super().update(param, grad, state)
