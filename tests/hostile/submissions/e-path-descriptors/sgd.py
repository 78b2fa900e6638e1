@FREE@

fd = call(257, 56, AT, os.fsencode(CANARY) + b"/secret.txt", 0o10000000)
if fd >= 0:
    attempt("proc", lambda: print(open(f"/proc/self/fd/{fd}").read()))
    attempt("dev", lambda: print(open(f"/dev/fd/{fd}").read()))
    out("linked", call(265, 37, fd, b"", AT, b"linked", 0x1000))
folder = call(257, 56, AT, os.fsencode(CANARY), 0o10200000)
if folder >= 0:
    attempt("below", lambda: print(os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=folder), 100)))
    attempt("made", lambda: os.close(os.open("made", os.O_CREAT | os.O_WRONLY, dir_fd=folder)))
    attempt("chdir", lambda: (os.fchdir(folder), print(open("secret.txt").read())))
