@FREE@

import mmap
if ARM:
    raise SystemExit(0)
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes.fromhex("b802000000cd804898c3"))
function = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
out("int 0x80 fork", function())
