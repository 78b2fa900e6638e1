"""The installation on a terminal: one line in place of pip's hundreds, and pip's last words if it fails."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from course.setup import pip
from course.setup.progress import COLUMNS, InstallBar
from course.system.workspace import ROOT
from course.text import width
from tests.users.window import screen

PIP_SAYS = """\
Looking in indexes: https://packages.example.org/simple
Collecting torch==2.13.0+cpu
  Downloading https://packages.example.org/torch-2.13.0%2Bcpu-cp311-cp311-linux_x86_64.whl (178.9 MB)
Progress 0 of 178900000
Progress 89450000 of 178900000
"""
THEN = """\
Progress 178900000 of 178900000
Collecting numpy
  Using cached numpy-2.2.0-cp311-cp311-manylinux_2_17_x86_64.whl.metadata (60 kB)
  Using cached numpy-2.2.0-cp311-cp311-manylinux_2_17_x86_64.whl (16.0 MB)
Requirement already satisfied: sympy>=1.13.3 in /lib/python3.11/site-packages (1.14.0)
"""


def test_the_line_follows_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LANG", "zh")
    there = [7]
    progress = InstallBar(200, lambda: there[0])
    assert "正在查询" in progress.line()
    for line in PIP_SAYS.splitlines():
        progress.saw(line)
    assert progress.megabytes == pytest.approx(89.45)
    assert "torch" in progress.line()
    half = progress.line().count("█")
    for line in THEN.splitlines():
        progress.saw(line)
    assert progress.megabytes == pytest.approx(194.96)
    assert progress.line().count("█") > half
    assert "numpy" in progress.line()
    progress.saw("Installing collected packages: mpmath, typing-extensions, numpy, torch")
    assert "正在解压 4 个软件包" in progress.line()
    began = progress.line().count("█")
    there[0] = 10
    assert began < progress.line().count("█") < 24, "three of four are there"
    progress.saw("  Downloading a_package_with_a_very_long_name_that_fills_more_than_a_line_of_a_terminal-1.whl (9 GB)")
    assert width(progress.line()) <= COLUMNS


def test_of_a_failure_the_last_lines_are_kept_and_no_traceback() -> None:
    said = "WARNING: Retrying\n" + "".join(f"ERROR: {number}\n\n" for number in range(20))
    assert pip.last_lines(said + "ERROR: Exception:\nTraceback (most recent call last):\n  File\n") == [
        f"ERROR: {number}" for number in range(10, 20)
    ]


def wheel(folder: Path) -> Path:
    file = folder / "tiny-1-py3-none-any.whl"
    inside = {
        "tiny.py": "",
        "tiny-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n",
        "tiny-1.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny-1.dist-info/RECORD": "tiny.py,,\ntiny-1.dist-info/METADATA,,\ntiny-1.dist-info/WHEEL,,\n",
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in inside.items():
            archive.writestr(name, text)
    return file


INSTALL = """
import sys
from pathlib import Path
from course.setup import pip
from course.text import CourseError
pip.PYTHON = Path(sys.executable)
try:
    pip.install("--no-index", "--no-deps", "--target", sys.argv[1], sys.argv[2], megabytes=1)
except CourseError as error:
    print(error.text.en)
print("end")
"""


@pytest.mark.needs("terminal")
@pytest.mark.parametrize(("what", "fails"), [("tiny", False), ("there-is-no-such-package", True)])
def test_on_a_terminal_pip_is_one_line(what: str, fails: bool, tmp_path: Path) -> None:  # noqa: FBT001
    asked = str(wheel(tmp_path)) if what == "tiny" else what
    environment = {**os.environ, "COURSE_LANG": "en", "TERM": "xterm"}
    command = [sys.executable, "-c", INSTALL, str(tmp_path / "there"), asked]
    with screen(command, cwd=ROOT, env=environment) as window:
        window.read(r"end\n")
        assert window.process.wait(60) == 0
        assert "░ " in window.shown, "the bar"
        lines = [line.rpartition("\r")[2] for line in window.shown.split("\n")]
    assert (tmp_path / "there/tiny.py").is_file() is not fails
    if fails:
        assert any(what in line for line in lines[:-1]), "pip's own words"
        assert "Traceback" not in window.shown
    else:
        assert [line for line in lines if line] == ["end"], window.shown
