@FREE@

import json

for path in (CANARY + "/victim.txt", json.__file__, CANARY + "/new", os.path.dirname(json.__file__) + "/new.py"):
    name = os.fsencode(path)
    for mode in (0, 1, 2, 3):
        for flag in (os.O_TRUNC, os.O_CREAT, os.O_CREAT | os.O_EXCL, os.O_APPEND, os.O_CREAT | os.O_TRUNC, os.O_DIRECT, os.O_TMPFILE):
            if mode == 0 and flag in (os.O_APPEND, os.O_DIRECT, os.O_CREAT) and path == json.__file__:
                continue  # this only reads
            out(f"open {mode} {flag:o}", call(2, None, name, mode | flag, 0o666))
            out(f"openat {mode} {flag:o}", call(257, 56, AT, name, mode | flag, 0o666))
    out("creat", call(85, None, name, 0o666))
