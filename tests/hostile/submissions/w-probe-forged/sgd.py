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


say(json.dumps({"ready": True, "layers": 7, "out": [["<script>"] * 3, {"a": 1}, 10**40]}).encode() + b"\n")
os._exit(0)


class SGD:
    def __init__(self, **hyperparameters):
        pass

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        return param * 1.0, {}
