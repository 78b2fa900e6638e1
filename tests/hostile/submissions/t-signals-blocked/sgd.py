import os
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.closerange(0, 256)
time.sleep(600)


class SGD:
    pass
