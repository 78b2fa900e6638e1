@FREE@

for steps in range(1, 12):
    attempt("up", lambda: print(open("../" * steps + CANARY.lstrip("/") + "/secret.txt").read()))
fd = os.open(".", os.O_RDONLY)
attempt("descriptor", lambda: print(os.read(os.open("../" * 8 + CANARY.lstrip("/") + "/secret.txt", 0, dir_fd=fd), 99)))
