@FREE@

import json
open("mine", "w").write("x")
for path in (CANARY + "/victim.txt", json.__file__, "mine"):
    name = os.fsencode(path)
    out("chown", call(92, None, name, 12345, 12345))
    out("lchown", call(94, None, name, 12345, 12345))
    out("fchownat", call(260, 54, AT, name, 12345, 12345, 0))
