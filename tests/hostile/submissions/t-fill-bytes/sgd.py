@FREE@

block = b"x" * 2**20
written = 0
try:
    for number in range(4096):
        with open(f"f{number}", "wb") as file:
            for _ in range(7):
                written += file.write(block)
        if written > 200 * 2**20:
            print("ESCAPED 200 MiB written", flush=True)
            break
except OSError:
    pass
