@FREE@

import socket
for family in range(0, 46):
    for kind in (1, 2, 3, 5):
        fd = call(41, 198, family, kind, 0)
        out(f"socket {family} {kind}", fd)
        if fd >= 0:
            os.close(fd)
out("socketpair", call(53, 199, 1, 1, 0, (ctypes.c_int * 2)()))
for family, address in ((socket.AF_INET, ("127.0.0.1", 47113)), (socket.AF_UNIX, "\0hostile-bait"), (socket.AF_UNIX, CANARY + "/../socket")):
    attempt(f"connect {address!r}", lambda: socket.socket(family).connect(address))
attempt("udp", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 47113)))
