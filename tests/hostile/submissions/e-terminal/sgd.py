@FREE@

import fcntl
for fd in range(0, 16):
    for number in (0x5412, 0x540E, 0x541C, 0x5410, 0x5414, 0x5403):
        attempt(f"ioctl {number:x}", lambda: fcntl.ioctl(fd, number, b"x" * 64))
attempt("tty", lambda: os.open("/dev/tty", os.O_RDWR))
attempt("pts", lambda: os.open("/dev/pts/0", os.O_RDWR))
attempt("ptmx", lambda: os.open("/dev/ptmx", os.O_RDWR))
