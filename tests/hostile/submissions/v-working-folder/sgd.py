@SOLUTION@

import os
import pathlib

here = pathlib.Path.cwd()
(here / "a.txt").write_text("a")
assert sorted(each.name for each in here.iterdir() if each.name != "sgd.py") == ["a.txt"]
assert (here / "a.txt").read_text() == "a"
assert os.path.exists("a.txt") and os.stat("a.txt").st_size == 1
