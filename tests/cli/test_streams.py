"""Every command with streams that are closed, full, cut off or of another encoding: a sentence and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course import classroom
from course.system import atomic
from course.text import CourseError, Text
from tests.classroom.room import SOLUTION, hand_in, mark, new_class
from tests.learner import filled

LEARNER = {
    "check": ("check", "sgd"),
    "check-json": ("check", "sgd", "--json", "--fresh", "k7m2q"),
    "status": ("status",),
    "hint": ("hint", "adam"),
    "reset": ("reset", "adam"),
    "solution": ("solution", "momentum"),
    "help": ("--help",),
    "help-of-a-command": ("check", "--help"),
}
INSTRUCTOR = {
    "class-new": ("class", "new", "autumn"),
    "class-release": ("class", "release", "sgd"),
    "class-grade": ("class", "grade"),
    "class-feedback": ("class", "feedback"),
    "class-report": ("class", "report"),
}
FULL = Path("/dev/full").exists()
"""Whether this system has a device on which there is never any space, as Linux has."""
LOST = {"closed": ">&-", "all closed": ">&- 2>&- <&-"} | ({"full": ">/dev/full"} if FULL else {})
"""Nothing of the result can be shown: status 2, and a sentence wherever one can be read."""
KEPT = {"error closed": "2>&-", "input closed": "<&-"} | ({"error full": "2>/dev/full"} if FULL else {})
"""The result is shown all the same: nothing but it on standard output, and the command's own status."""


def run(cwd: Path, arguments: tuple[str, ...], streams: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command under a shell that sets its streams so; what is still open comes back."""
    command = " ".join([sys.executable, "-m", "course.cli", *arguments, streams])
    known = {**os.environ, "COURSE_LANG": "en", "PYTHONPATH": os.fspath(Path(__file__).parents[2]), **env}
    return subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"],
        cwd=cwd,
        env=known,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's folder with every exercise solved."""
    return filled(tmp_path_factory.mktemp("learner"), solved=True)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class with one submission in it, not graded yet."""
    root = new_class(tmp_path_factory.mktemp("teacher") / "class")
    classroom.release(root, ["sgd"], progress=False)
    hand_in(root, "ada", "sgd", SOLUTION["sgd"])
    return root


def assert_lost(done: subprocess.CompletedProcess[str], lost: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if lost != "all closed":
        assert "cannot be written" not in done.stderr  # of a file
        assert "Nothing can be written to standard output" in done.stderr
        assert "无法写入标准输出" in done.stderr


@pytest.mark.parametrize(
    ("command", "lost"),
    [(command, lost) for command in LEARNER for lost in LOST if lost != "all closed" or command in {"check", "help"}],
)
def test_a_learners_result_that_cannot_be_shown(learner: Path, command: str, lost: str) -> None:
    before = {path.read_bytes() for path in learner.iterdir()}
    assert_lost(run(learner, LEARNER[command], LOST[lost], COURSE_LEARNER=str(learner)), lost)
    now = {path.read_bytes() for path in learner.iterdir()}
    assert before <= now, "something of the learner's is gone"


@pytest.mark.parametrize("command", ["check-json", "hint"])
def test_a_learners_result_is_shown_whatever_the_other_streams_are(learner: Path, command: str) -> None:
    usual = run(learner, LEARNER[command], "", COURSE_LEARNER=str(learner))
    assert usual.returncode == 0
    for streams in KEPT.values():
        done = run(learner, LEARNER[command], streams, COURSE_LEARNER=str(learner))
        assert (done.returncode, done.stdout) == (0, usual.stdout)


@pytest.mark.parametrize("command", ["check", "help"])
def test_a_reader_that_has_enough_is_no_error(learner: Path, command: str) -> None:
    done = run(learner, LEARNER[command], "| true", COURSE_LEARNER=str(learner))
    assert done.returncode in {0, 1}  # it may have been quicker than its reader
    assert done.stderr == ""


def test_a_class_goes_through_all_its_steps_unseen(tmp_path: Path) -> None:
    """What each step stores is stored, and whole: no file gets a closed stream's number and what is written to it."""
    for name, arguments in INSTRUCTOR.items():
        root = tmp_path if name == "class-new" else tmp_path / "autumn"
        assert_lost(run(root, arguments, LOST["all closed"]), "all closed")
        if name == "class-release":
            hand_in(root, "ada", "sgd", SOLUTION["sgd"])
    assert mark(root, "ada", "sgd").auto == 10
    assert (root / "feedback/ada/sgd/sgd.html").read_text("utf-8").rstrip().endswith("</html>")
    assert (root / "report.html").read_text("utf-8").rstrip().endswith("</html>")


def test_a_class_is_graded_whatever_the_other_streams_are(teacher: Path) -> None:
    """A progress bar that cannot be drawn stops nothing."""
    done = run(teacher, INSTRUCTOR["class-grade"], "<&- 2>&1 | cat" if not FULL else "<&- 2>/dev/full")
    assert done.returncode == 0
    assert "Graded 1 submissions" in done.stdout
    assert mark(teacher, "ada", "sgd").auto == 10


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp936"}, {"LC_ALL": "C"}])
def test_words_are_utf8_whatever_the_terminal_claims(learner: Path, env: dict[str, str]) -> None:
    done = run(learner, ("--lang", "zh", "hint", "sgd"), "", COURSE_LEARNER=str(learner), PYTHONUTF8="0", **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "梯度" in done.stdout


def test_watch_without_any_input_goes_on_and_says_nothing_strange(learner: Path) -> None:
    done = run(learner, ("watch",), "<&- & sleep 3; kill $!; wait $!; true", COURSE_LEARNER=str(learner))
    assert "Watching" in done.stdout
    assert done.stderr == ""


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    atomic.write(path, "old\n")
    path.chmod(0o640)
    atomic.write(path, "新\n")
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == ("新\n", 0o640)

    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(OSError, match="No space"):
        atomic.write(path, "half")
    assert path.read_text("utf-8") == "新\n"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize("where", ["nowhere/report.html", "."])
def test_a_report_that_cannot_be_written_is_a_sentence(teacher: Path, where: str) -> None:
    classroom.grade(teacher, progress=False)
    with pytest.raises(CourseError) as refused:
        classroom.class_report(teacher, output=teacher / where, progress=False)
    assert isinstance(refused.value.text, Text)
    assert "--output FILE" in refused.value.text.en
