@FREE@

import json
for path in (CANARY + "/victim.txt", CANARY, json.__file__, os.path.dirname(json.__file__)):
    name = os.fsencode(path)
    for mode in (0o777, 0o4755, 0):
        out("chmod", call(90, None, name, mode))
        out("fchmodat", call(268, 53, AT, name, mode))
        out("fchmodat2", call(452, 452, AT, name, mode, 0))
fd = os.open(json.__file__, os.O_RDONLY)
out("fchmod", call(91, 52, fd, 0o777))
