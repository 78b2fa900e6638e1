@FREE@

import glob
for loader in glob.glob("/lib64/ld-linux*") + glob.glob("/lib/ld-linux*"):
    argv = (ctypes.c_char_p * 3)(b"ld", b"/bin/true", None)
    out("loader", call(59, 221, os.fsencode(loader), argv, None))
