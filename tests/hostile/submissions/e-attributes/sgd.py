@FREE@

import json
open("mine", "w").write("x")
for path in (CANARY + "/victim.txt", json.__file__, "mine"):
    name = os.fsencode(path)
    out("setxattr", call(188, 5, name, b"user.x", b"y", 1, 0))
    out("lsetxattr", call(189, 6, name, b"user.x", b"y", 1, 0))
    out("setxattrat", call(463, 463, AT, name, 0, b"user.x", ctypes.create_string_buffer(16), 16))
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    out("fsetxattr", call(190, 7, fd, b"user.x", b"y", 1, 0))
    out("chattr", call(16, 29, fd, 0x40086602, ctypes.byref(ctypes.c_long(0x10))))
