"""What `make` runs first, with whatever Python the machine has: find one that is new enough and hand over to it.

Only this file has to be read by an old Python, so that it can say what is missing instead of failing on its own
syntax: nothing here is newer than Python 3.6. Where there is no make, call it by hand, with the arguments that the
Makefile has.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
NEEDED = (3, 11)
WINDOWS = os.name == "nt"
VERSIONS = ("3.13", "3.12", "3.11", "3.14")


def candidates() -> "list[list[str]]":
    """Return every command that may start another Python: by its name and, on Windows, through the launcher `py`."""
    named = [[path] for path in map(shutil.which, ["python" + each for each in VERSIONS]) if path]
    launcher = shutil.which("py") if WINDOWS else None
    return named + ([[launcher, "-" + each] for each in VERSIONS] if launcher else [])


def fits(*python: str) -> bool:
    """Return whether that interpreter runs and is new enough: a pyenv shim may be on PATH and not run."""
    question = "import sys; sys.exit(sys.version_info < {})".format(NEEDED)
    try:
        return subprocess.call([*python, "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def say(sentence: str) -> None:
    """Print to standard error, in UTF-8 wherever the terminal claims less than that: the sentences are Chinese too."""
    sys.stderr.buffer.write((sentence + "\n").encode("utf-8"))
    sys.stderr.buffer.flush()


def main() -> int:
    """Run `course.setup.environment` in a Python that can; its arguments are ours."""
    if sys.version_info >= NEEDED:
        # Without -I the folder of this script comes first, and its modules would stand in for others of their names.
        sys.path[:] = [str(HERE.parents[2])] + [each for each in sys.path if Path(each).resolve() != HERE.parent]
        from course.setup import environment  # written for new Pythons alone

        return environment.main(sys.argv[1:])
    for python in candidates():
        if fits(*python):
            return subprocess.call([*python, "-I", str(HERE), *sys.argv[1:]])
    have = "{}.{} ({})".format(sys.version_info[0], sys.version_info[1], sys.executable)
    say(
        "Python >= 3.11 is needed; found only {0}. Install a newer one from python.org or with your system's package "
        "manager, or name one you have: make lab PYTHON=/path/to/python3.12\n"
        "需要 Python 3.11 或更新的版本，这里只找到 {0}。请从 python.org 或用系统的包管理器安装新版本。"
        "如果已经装好，可以直接指明，例如 make lab PYTHON=/path/to/python3.12".format(have)
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
