import readline
readline.add_history('owned by a submission')
readline.write_history_file('@CANARY@/victim.txt')
print('PWNED wrote')

class Adam:
    def __init__(self, **k):
        self.__dict__.update(k)
    def init(self, param):
        return {}
    def update(self, param, grad, state):
        return param * 1.0, {}
