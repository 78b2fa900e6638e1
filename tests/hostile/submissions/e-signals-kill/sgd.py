@FREE@

import struct
parent = os.getppid()
info = ctypes.create_string_buffer(struct.pack("iii", 9, 0, -1), 128)
for pid in (parent, 1, 0, -1, -parent, -os.getpgrp()):
    if pid in (0, -1, -os.getpgrp()):  # this would be the end of the attempts
        continue
    out("kill", pid and call(62, 129, pid, 9))
    out("tkill", call(200, 130, pid, 9))
    out("tgkill", call(234, 131, pid, pid, 9))
    out("rt_sigqueueinfo", call(129, 138, pid, 9, info))
    out("rt_tgsigqueueinfo", call(297, 240, pid, pid, 9, info))
