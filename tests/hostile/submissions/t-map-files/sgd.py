@FREE@

import mmap
maps = []
for number in range(400):
    try:
        with open(f"m{number}", "wb+") as file:
            file.truncate(8 * 2**20 - 1)
            maps.append(mmap.mmap(file.fileno(), 0))
        for place in range(0, 8 * 2**20 - 1, 4096):
            maps[-1][place] = 1
    except (OSError, ValueError):
        break
if len(maps) * 8 > 2400:
    print("ESCAPED", len(maps) * 8, "MiB", flush=True)
