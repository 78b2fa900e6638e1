@FREE@

import mmap
if ARM:
    raise SystemExit(0)
libc.mmap.restype = ctypes.c_void_p
low = libc.mmap(ctypes.c_void_p(0x10000000), ctypes.c_size_t(8192), 7, 0x32, -1, ctypes.c_long(0))
if low != 0x10000000:
    raise SystemExit(0)
ctypes.memmove(low, os.fsencode(CANARY) + b"/secret.txt\0", len(CANARY) + 12)
code = bytes.fromhex("53b805000000bb0000001031c931d2cd8048985bc3")
ctypes.memmove(low + 4096, code, len(code))
fd = ctypes.CFUNCTYPE(ctypes.c_long)(low + 4096)()
out("open", fd)
if fd >= 0:
    print(os.read(fd, 100))
