from multiprocessing import resource_tracker as t
t.ensure_running()
print('PWNED tracker', t._resource_tracker._pid)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
