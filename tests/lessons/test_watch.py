"""`course build --watch`: what is made when a source is saved, and what is said while one writes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the watch reads and writes."""
    for folder in ("course", "solutions", "lessons"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)  # by which it is a clone
    return tmp_path


@pytest.fixture
def watching(checkout: Path) -> Iterator[subprocess.Popen[str]]:
    """The watch on momentum, all that it says in one stream."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "course.cli", "build", "--watch", "momentum"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(checkout), "COURSE_LANG": "en"},
    ) as process:
        yield process
        process.kill()


def until(process: subprocess.Popen[str], words: str) -> list[str]:
    """The lines that are said next, up to the one with these words."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return lines
    pytest.fail(f"{words!r} is not said:\n{''.join(lines)}")


def test_a_lesson_is_made_anew_whenever_it_is_saved(watching: subprocess.Popen[str], checkout: Path) -> None:
    lesson = checkout / "course/topics/momentum/lesson.md"
    text = lesson.read_text("utf-8")
    assert "course/topics/momentum/lesson.md" in until(watching, "Watching")[-1]
    until(watching, "all as it should be")

    lesson.write_text(text.replace("physicists call that inertia", "we call that inertia"), "utf-8")
    said = until(watching, "all as it should be")
    assert [line.split(": ")[1].strip() for line in said if line.startswith("written")] == ["lessons/en/momentum.ipynb"]
    assert "we call that inertia" in (checkout / "lessons/en/momentum.ipynb").read_text("utf-8")

    lesson.write_text(text.replace("The steps are too long already.", "They are too long."), "utf-8")
    until(watching, "all as it should be")
    words = json.loads((checkout / "course/topics/momentum/words.json").read_text("utf-8"))
    assert "They are too long." in json.dumps(words["quizzes"]["explodes"])

    # A line that is half written stops nothing, and says what it lacks in both languages.
    before = (checkout / "lessons/en/momentum.ipynb").read_bytes()
    lesson.write_text(text + "\n:::: en\nMore", "utf-8")
    said = until(watching, "1 to mend")
    assert any(line.startswith("momentum/lesson.md:") and "never closed" in line for line in said)
    assert any("没有结束标记" in line for line in said)
    assert (checkout / "lessons/en/momentum.ipynb").read_bytes() == before
    lesson.write_text(text, "utf-8")
    until(watching, "all as it should be")
    committed = ROOT / "lessons/en/momentum.ipynb"
    assert (checkout / "lessons/en/momentum.ipynb").read_bytes() == committed.read_bytes()

    solution = checkout / "solutions/momentum.py"
    solution.write_text(solution.read_text("utf-8").replace('"""', '"""In other words: ', 1), "utf-8")
    assert any("course/optim/momentum.py" in line for line in until(watching, "all as it should be"))

    if sys.platform != "win32":  # where a test cannot press Ctrl+C
        watching.send_signal(signal.SIGINT)
        until(watching, "Stopped.")
        assert watching.wait(60) == 130


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--watch", "momentun"), "There is no lesson 'momentun'"),
        (("--watch", "sgd", "--check"), "not allowed with argument"),
        (("--watch",), "expected one argument"),
    ],
)
def test_what_cannot_be_watched_is_said(arguments: tuple[str, ...], says: str) -> None:
    command = [sys.executable, "-m", "course.cli", "build", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
