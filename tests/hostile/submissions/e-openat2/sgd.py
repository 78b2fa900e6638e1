@FREE@

import struct
how = ctypes.create_string_buffer(struct.pack("QQQ", 0, 0, 0), 24)
fd = call(437, 437, AT, os.fsencode(CANARY) + b"/secret.txt", how, 24)
out("opened", fd)
if fd >= 0:
    print(os.read(fd, 100))
