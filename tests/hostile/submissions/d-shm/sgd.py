import os
import _posixshmem; _posixshmem.shm_open('/redteam-left', os.O_CREAT | os.O_RDWR, mode=0o600)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
