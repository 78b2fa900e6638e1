@FREE@

import json
for path in (CANARY + "/victim.txt", json.__file__):
    out("unlink", call(87, None, os.fsencode(path)))
    out("unlinkat", call(263, 35, AT, os.fsencode(path), 0))
out("rmdir", call(263, 35, AT, os.fsencode(CANARY) + b"/empty", 0x200))
here = os.fsencode(os.getcwd())
out("own folder away", call(316, 276, AT, here, AT, os.fsencode(CANARY) + b"/f", 0))
