@FREE@

open("mine", "w").write("x")
out("exchanged", call(316, 276, AT, b"mine", AT, os.fsencode(CANARY) + b"/victim.txt", 2))
