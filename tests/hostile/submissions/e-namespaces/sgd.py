@FREE@

for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x400, 0x200, 0x80):
    out(f"unshare {flag:x}", call(272, 97, flag))
for kind in ("user", "mnt", "pid", "net"):
    try:
        fd = os.open(f"/proc/self/ns/{kind}", os.O_RDONLY)
    except OSError:
        continue
    out(f"setns {kind}", call(308, 268, fd, 0))
out("personality", call(135, 92, 0x0040000))
