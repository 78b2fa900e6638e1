"""What `make` runs first, with whatever Python the machine has: find one that is new enough and hand over to it.

Only this file has to be read by an old Python, so that it can say what is missing instead of failing on its own
syntax: nothing here is newer than Python 3.6.
"""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve()
NEEDED = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")


def fits(python: str) -> bool:
    """Whether that interpreter runs and is new enough (a pyenv shim, for instance, may be on PATH and not run)."""
    question = "import sys; sys.exit(sys.version_info < {})".format(NEEDED)
    try:
        return subprocess.call([python, "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def say(sentence: str) -> None:
    """Print to standard error, in UTF-8 wherever the terminal claims less than that: the sentences are Chinese too."""
    sys.stderr.buffer.write((sentence + "\n").encode("utf-8"))
    sys.stderr.buffer.flush()


def main() -> int:
    """Run `course.environment` in a Python that can; its arguments are ours."""
    if sys.version_info >= NEEDED:
        sys.path.insert(0, str(HERE.parents[1]))
        from course import environment  # written for new Pythons alone

        return environment.main(sys.argv[1:])
    for found in filter(None, map(shutil.which, NAMES)):
        if fits(found):
            return subprocess.call([found, "-I", str(HERE), *sys.argv[1:]])
    have = "{}.{} ({})".format(sys.version_info[0], sys.version_info[1], sys.executable)
    say(
        "Python >= 3.11 is needed; found only {0}. Install a newer one from python.org or with your system's package "
        "manager, or name one you have: make lab PYTHON=/path/to/python3.12\n"
        "需要 Python 3.11 或更新的版本，这里只找到 {0}。请从 python.org 或用系统的包管理器安装新版本；"
        "如果已经装好，可以直接指明：make lab PYTHON=/path/to/python3.12".format(have)
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
