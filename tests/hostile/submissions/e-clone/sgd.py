@FREE@

for name, x86, arm, arguments in (("fork", 57, None, ()), ("clone", 56, 220, (17, 0, 0, 0, 0)), ("clone thread", 56, 220, (0x10911, 0))):
    if name == "clone thread":
        continue
    pid = call(x86, arm, *arguments)
    if pid == 0:
        call(112, 157)
        call(230, 115, 0, 0, (ctypes.c_long * 2)(30, 0), None)
        os._exit(0)
    out(name, pid)
arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
pid = call(435, 435, arguments, 88)
if pid == 0:
    call(230, 115, 0, 0, (ctypes.c_long * 2)(30, 0), None)
    os._exit(0)
out("clone3", pid)
