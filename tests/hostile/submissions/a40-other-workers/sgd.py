import os
n = [p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (os.getpid(), os.getppid(), 1)]
print('PWNED-LIST other processes seen', len(n) > 0)

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
