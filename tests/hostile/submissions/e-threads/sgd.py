@FREE@

import _thread
import importlib.machinery
import time
started = []
callback = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda argument: started.append(1))
ident = ctypes.c_ulong()
try:
    result = libc.pthread_create(ctypes.byref(ident), None, callback, None)
    time.sleep(0.05)
    out("pthread_create", True if result == 0 else None)
except AttributeError:
    pass
