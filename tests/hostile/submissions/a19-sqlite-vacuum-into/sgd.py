import sqlite3
c = sqlite3.connect(':memory:')
c.execute('create table t(x)')
c.execute("vacuum into '@CANARY@/made-by-sqlite'")
print('PWNED made')

class SGD:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
