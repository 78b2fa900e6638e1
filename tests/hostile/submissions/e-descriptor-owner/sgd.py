@FREE@

import fcntl
r, w = os.pipe()
parent = os.getppid() or 1
attempt("F_SETOWN", lambda: fcntl.fcntl(r, 8, parent))
attempt("F_SETSIG", lambda: fcntl.fcntl(r, 10, 9))
attempt("F_SETOWN_EX", lambda: fcntl.fcntl(r, 15, bytes((1, 0, 0, 0)) + parent.to_bytes(4, "little")))
try:
    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)
    os.write(w, b"x")
except OSError:
    pass
attempt("F_NOTIFY", lambda: fcntl.fcntl(os.open(".", 0), 1026, 0x8000003F))
attempt("F_SETLEASE", lambda: fcntl.fcntl(os.open(os.__file__, 0), 1024, 1))
attempt("F_SETPIPE_SZ", lambda: fcntl.fcntl(w, 1031, 2**20))
attempt("flock", lambda: fcntl.flock(os.open(os.__file__, 0), fcntl.LOCK_EX))
