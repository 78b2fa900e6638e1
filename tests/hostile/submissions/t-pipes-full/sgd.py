@FREE@

pipes = []
try:
    while len(pipes) < 5000:
        r, w = os.pipe()
        os.set_blocking(w, False)
        pipes.append((r, w))
        os.write(w, b"x" * 2**16)
except OSError:
    pass
out("2000 pipes", len(pipes) >= 2000)
