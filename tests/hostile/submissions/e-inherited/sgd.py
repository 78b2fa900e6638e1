@FREE@

import stat
for fd in range(3, 64):
    try:
        kind = os.fstat(fd)
    except OSError:
        continue
    out(f"descriptor {fd} is a folder", stat.S_ISDIR(kind.st_mode))
    out(f"descriptor {fd} is a socket", stat.S_ISSOCK(kind.st_mode))
    if stat.S_ISDIR(kind.st_mode):
        print(os.listdir(fd))
