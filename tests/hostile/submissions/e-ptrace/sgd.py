@FREE@

parent = os.getppid() or 1
vector = (ctypes.c_uint64 * 2)(ctypes.addressof(ctypes.create_string_buffer(16)), 16)
for pid in {parent, 1, 2}:
    if pid == os.getpid():
        continue
    out("attach", call(101, 117, 16, pid, 0, 0))
    out("seize", call(101, 117, 0x4206, pid, 0, 0))
    out("readv", call(310, 270, pid, vector, 1, vector, 1, 0))
    out("writev", call(311, 271, pid, vector, 1, vector, 1, 0))
    out("kcmp", call(312, 272, os.getpid(), pid, 0, 0, 0))
out("traceme", call(101, 117, 0, 0, 0, 0))
