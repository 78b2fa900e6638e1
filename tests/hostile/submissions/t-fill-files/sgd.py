@FREE@

import time
try:
    for number in range(200_000):
        os.close(os.open(f"{number:x}", os.O_CREAT | os.O_WRONLY))
    print("ESCAPED 200 000 files", flush=True)
except OSError:
    pass
