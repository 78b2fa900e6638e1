@SOLUTION@

import atexit
import signal
import weakref

atexit.register(lambda: print("goodbye"))
KEPT = type("Kept", (), {})()
weakref.finalize(KEPT, print, "finalized")
signal.signal(signal.SIGUSR1, lambda *a: None)
