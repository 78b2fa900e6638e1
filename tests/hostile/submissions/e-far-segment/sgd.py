@FREE@

if ARM:
    raise SystemExit(0)
libc.mmap.restype = ctypes.c_void_p
low = libc.mmap(ctypes.c_void_p(0x20000000), ctypes.c_size_t(8192), 7, 0x32, -1, ctypes.c_long(0))
if low != 0x20000000:
    raise SystemExit(0)
# push rbx; far call through memory to 0x23:0x20000100; there: mov eax, 2; int 0x80; retf; then pop rbx; ret
ctypes.memmove(low, bytes.fromhex("53ff1c25400000205bc3"), 10)
ctypes.memmove(low + 0x40, bytes.fromhex("00010020" "2300"), 6)
ctypes.memmove(low + 0x100, bytes.fromhex("b802000000cd80cb"), 8)
out("fork", ctypes.CFUNCTYPE(ctypes.c_int)(low)())
