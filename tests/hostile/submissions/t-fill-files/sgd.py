@FREE@

try:  # where the folder is a file system in memory, time alone bounds how many it takes
    for number in range(2_000_000):
        os.close(os.open(f"{number:x}", os.O_CREAT | os.O_WRONLY))
except OSError:
    pass
