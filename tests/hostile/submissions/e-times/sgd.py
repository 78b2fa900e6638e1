@FREE@

import json
for path in (CANARY + "/victim.txt", json.__file__):
    name = os.fsencode(path)
    out("utime", call(132, None, name, None))
    out("utimes", call(235, None, name, None))
    out("futimesat", call(261, None, AT, name, None))
    out("utimensat", call(280, 88, AT, name, None, 0))
fd = os.open(json.__file__, os.O_RDONLY)
out("futimens", call(280, 88, fd, None, None, 0))
