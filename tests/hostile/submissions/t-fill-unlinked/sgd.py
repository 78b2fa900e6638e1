@FREE@

block = b"x" * 2**20
kept, written = [], 0
for number in range(1000):
    try:
        if number % 2:
            fd = os.open(".", os.O_TMPFILE | os.O_RDWR)  # a file that never had a name
        else:
            fd = os.open("gone", os.O_CREAT | os.O_RDWR)
            os.unlink("gone")
    except OSError:
        break
    kept.append(fd)
    try:
        for _ in range(7):
            written += os.write(fd, block)
    except OSError:
        pass
out(f"{written // 2**20} MiB in files that have no name", written > 300 * 2**20)
