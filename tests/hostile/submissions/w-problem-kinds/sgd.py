import json
import os
import stat

PIPES = []
for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            PIPES.append(fd)
    except OSError:
        pass


def say(*blocks):
    for fd in PIPES:
        try:
            for block in blocks:
                os.write(fd, block)
        except OSError:
            pass


for kind in ("no-class", "shape", "dtype", "changed", "hyperparameter-unknown", "entry-forgotten", "import", "access", "__class__", "", "not-a-pair", "wall"):
    for facts in (None, 7, {"a": 1}, [[[]]], ["\ud800"], [1.5, True, None]):
        say(json.dumps({"problem": {"kind": kind, "facts": facts, "type": 7, "line": "x", "source": [], "message": {}, "meant": 3, "step": -1, "parameter": 99, "what": None}}).encode() + b"\n")
os._exit(0)


class SGD:
    def __init__(self, **hyperparameters):
        pass

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param * 1.0, {}
