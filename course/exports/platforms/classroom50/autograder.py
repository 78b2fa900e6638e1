"""What Classroom 50's runner calls for each submission, in the student's checkout: it writes result.json there.

The course is installed into an environment beside this file, and started so that nothing in the checkout can take the
place of a module of its own (-I).
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = str(HERE / "venv/bin/python")
INDEX = "https://download.pytorch.org/whl/cpu"


def main() -> int:
    """Grade; the exit status is 0 if there is a result."""
    Path("result.json").unlink(missing_ok=True)
    if not Path(PYTHON).exists():
        venv.create(HERE / "venv", with_pip=True)
        wheel = next(HERE.glob("*.whl"))
        pip = [PYTHON, "-I", "-m", "pip", "install", "--quiet", "--constraint", str(HERE / "constraints.txt")]
        subprocess.run([*pip, "--index-url", INDEX, "torch"], check=False)  # else PyPI's, with gigabytes of CUDA
        subprocess.run([*pip, str(wheel)], check=True)
    topics = (HERE / "topics").read_text("utf-8").split()
    grade = [PYTHON, "-I", "-m", "course.cli", "grade", *topics, "--format", "classroom50"]
    return subprocess.run([*grade, "--submission", ".", "--output", "result.json"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
