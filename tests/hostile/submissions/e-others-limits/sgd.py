@FREE@

parent = os.getppid() or 1
limits = (ctypes.c_uint64 * 2)(0, 0)
for pid in {parent, 1}:
    for kind in range(16):
        out("prlimit", call(302, 261, pid, kind, limits, None))
    out("affinity", call(203, 122, pid, 8, ctypes.byref(ctypes.c_uint64(1))))
    out("scheduler", call(144, 119, pid, 5, ctypes.byref(ctypes.c_int(0))))
    out("setattr", call(314, 274, pid, ctypes.create_string_buffer(48), 0))
    out("setparam", call(142, 118, pid, ctypes.byref(ctypes.c_int(0))))
    out("priority", call(141, 140, 0, pid, 19))
    out("ioprio", call(251, 30, 1, pid, 0x6000))
    out("move_pages", call(279, 239, pid, 0, None, None, None, 0))
    out("setpgid", call(109, 154, pid, 0))
out("priority of a user", call(141, 140, 2, 0, 19))
