@FREE@

open("one", "wb").write(b"x" * 2**20)
for number in range(5000):
    try:
        os.link("one", f"l{number}")
    except OSError:
        break
try:
    os.mkdir("sub")
    os.rename("one", "sub/one")
except OSError:
    pass
