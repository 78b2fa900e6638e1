@SOLUTION@

import tempfile

with tempfile.TemporaryFile() as file:
    file.write(b"x")
with tempfile.NamedTemporaryFile(dir=".") as named:
    named.write(b"y")
