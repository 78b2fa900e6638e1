@FREE@

pid = libc.vfork() if hasattr(libc, "vfork") else -1
if pid == 0:
    libc.execl(b"/bin/sleep", b"sleep", b"30", None)
    os._exit(0)
out("vfork", pid)
