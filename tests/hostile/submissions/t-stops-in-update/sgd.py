@SOLUTION@

import os
import signal

Right = SGD


class SGD(Right):
    def update(self, param, grad, state):
        os.kill(os.getpid(), signal.SIGSTOP)
        signal.pause()
        return super().update(param, grad, state)
