@FREE@

for pid in {os.getppid() or 1, 1}:
    fd = call(434, 434, pid, 0)
    out("pidfd_open", fd)
    if fd >= 0:
        for number in range(12):
            got = call(438, 438, fd, number, 0)
            out("pidfd_getfd", got)
        out("signal", call(424, 424, fd, 9, None, 0))
