@FREE@

secret = os.fsencode(CANARY) + b"/secret.txt"
open("mine", "w").write("x")
for flags in (0, 0x400):  # AT_SYMLINK_FOLLOW
    out("in", call(265, 37, AT, secret, AT, b"linked", flags))
    out("out", call(265, 37, AT, b"mine", AT, os.fsencode(CANARY) + b"/planted", flags))
out("link", call(86, None, secret, b"linked2"))
for name in ("linked", "linked2"):
    if os.path.exists(name):
        print(open(name).read())
