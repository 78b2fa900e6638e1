@FREE@

open("mine", "w").write("x")
for number, arm, arguments in ((82, None, ()), (264, 38, (AT,)), (316, 276, (AT,))):
    pair = lambda old, new: (AT, old, AT, new) if arguments else (old, new)
    out("out", call(number, arm, *pair(b"mine", os.fsencode(CANARY) + b"/moved")))
    out("in", call(number, arm, *pair(os.fsencode(CANARY) + b"/secret.txt", b"taken")))
if os.path.exists("taken"):
    print(open("taken").read())
