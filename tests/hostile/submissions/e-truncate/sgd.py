@FREE@

import json
for path in (os.fsencode(CANARY) + b"/victim.txt", os.fsencode(json.__file__)):
    out("truncate", call(76, 45, path, 0))
    out("O_TRUNC", call(257, 56, AT, path, 0o1000))
    out("O_WRONLY|O_TRUNC", call(257, 56, AT, path, 0o1001))
