@FREE@

for name, option, value in (("PDEATHSIG", 1, 0), ("DUMPABLE", 4, 1), ("SECCOMP", 22, 1), ("CHILD_SUBREAPER", 36, 1), ("SECUREBITS", 28, 0),
                            ("CAPBSET_DROP", 24, 1), ("PTRACER", 0x59616D61, -1), ("TIMERSLACK", 29, 10**9), ("MCE_KILL", 33, 1),
                            ("SET_MM", 35, 8), ("THP_DISABLE", 41, 1), ("IO_FLUSHER", 57, 1), ("SYSCALL_USER_DISPATCH", 59, 0)):
    out(name, call(157, 167, option, value))
out("seccomp", call(317, 277, 0, 0, None))
out("seccomp listener", call(317, 277, 1, 8, ctypes.create_string_buffer(16)))
