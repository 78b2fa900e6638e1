@SOLUTION@

import inspect
import os

SOURCE = inspect.getsource(SGD)
assert "def update" in SOURCE
with open(__file__, encoding="utf-8") as own:
    assert own.read(3)
assert os.path.basename(__file__) == "sgd.py"
