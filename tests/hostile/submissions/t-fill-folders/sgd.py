@FREE@

try:
    for number in range(3000):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    open("end", "w").close()
except OSError:
    pass
