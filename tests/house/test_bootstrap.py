"""The file that old Pythons have to read: it finds a newer one, or says that there is none."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course.setup import bootstrap

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]


def fake(folder: Path, name: str, script: str) -> None:
    """Put an executable shell script on a PATH of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


def test_python_3_6_can_read_it() -> None:
    ast.parse((ROOT / "course/setup/bootstrap.py").read_text("utf-8"), feature_version=(3, 6))


def test_no_python_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Simulated: this Python believes itself to be 3.8, and python3.12 on PATH is a shim that does not run."""
    fake(tmp_path / "bin", "python3.12", "echo 'python3.12: command not found' >&2; exit 127")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))
    assert bootstrap.main() == 2
    said = capfdbinary.readouterr().err.decode("utf-8")
    assert f"Python >= 3.11 is needed; found only 3.8 ({sys.executable})" in said
    assert "需要 Python 3.11" in said
    assert "Traceback" not in said


def test_a_newer_python_on_path_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: the old one is this Python under an old version number; the new one, on PATH, is real."""
    log = tmp_path / "log"
    fake(tmp_path / "bin", "python3.13", "exit 127")
    fake(tmp_path / "bin", "python3.12", f'[ "$1" = -c ] || echo "$@" > {log}\nexec {sys.executable} -c pass')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "learner", "course", "lab"])
    assert bootstrap.main() == 0
    assert log.read_text("utf-8").split() == ["-I", str(ROOT / "course/setup/bootstrap.py"), "learner", "course", "lab"]


def test_make_without_any_python(tmp_path: Path) -> None:
    fake(tmp_path / "bin", "sh", 'exec /bin/sh "$@"')
    made = subprocess.run(
        ["/usr/bin/make", "-C", str(ROOT), "lab"],
        env={"PATH": str(tmp_path / "bin"), "MAKEFLAGS": "--no-print-directory"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert made.returncode == 2
    assert "Python >= 3.11 is needed and none was found" in made.stderr
    assert "需要 Python 3.11" in made.stderr


def test_called_by_hand_without_isolation(tmp_path: Path) -> None:
    """As on Windows, without make: our modules do not stand in for others of their names, and a wrong call is told."""
    ran = subprocess.run(
        [sys.executable, str(ROOT / "course/setup/bootstrap.py"), "nobody"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 2
    assert "python course/setup/bootstrap.py learner course lab" in ran.stderr
    assert "Traceback" not in ran.stderr
    shown = "import runpy, sys; sys.argv = ['bootstrap.py', 'nobody']; sys.path.insert(0, r'{0}')\n"
    shown += "try: runpy.run_path(r'{0}/bootstrap.py', run_name='__main__')\nexcept SystemExit: pass\n"
    shown += "print(r'{0}' in sys.path)"
    listed = subprocess.run(
        [sys.executable, "-c", shown.format(ROOT / "course/setup")], capture_output=True, encoding="utf-8", check=True
    )
    assert listed.stdout.strip() == "False"


def test_the_windows_launcher_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: Windows, whose Pythons have no version in their names; `py` knows 3.12 alone."""
    log = tmp_path / "log"
    script = f"""
    [ "$1" = -3.12 ] || exit 103
    shift
    [ "$1" = -c ] || echo "$@" > '{log}'
    exec '{sys.executable}' -c pass"""
    fake(tmp_path / "bin", "py", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    monkeypatch.setattr(bootstrap, "WINDOWS", True)
    monkeypatch.setattr(sys, "version_info", (3, 8, 10, "final", 0))
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "learner", "course", "lab"])
    assert bootstrap.main() == 0
    assert log.read_text("utf-8").split() == ["-I", str(ROOT / "course/setup/bootstrap.py"), "learner", "course", "lab"]
