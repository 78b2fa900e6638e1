"""The command line as a learner meets it: every command, and every way to call it wrongly."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from course.learner.spoken import in_language
from course.system.workspace import ROOT
from course.topic import lessons, topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Course = Callable[..., subprocess.CompletedProcess[str]]

SOLUTIONS = ROOT / "solutions"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A learner's folder of this test's own, with the skeletons in it."""
    from course.authoring.skeletons import skeleton

    for topic in topics():
        (tmp_path / f"{topic.stem}.py").write_text(skeleton(topic.solution.read_text("utf-8")), "utf-8")
    return tmp_path


@pytest.fixture
def course(folder: Path) -> Course:
    def run(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "course.cli", *map(str, arguments)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=folder,
            env={**os.environ, "COURSE_LEARNER": str(folder), "COURSE_LANG": lang},
        )

    return run


def test_check_tells_status_by_exit(course: Course, folder: Path) -> None:
    untouched = course("check", "adam")
    assert (untouched.returncode, untouched.stderr) == (1, "")
    assert "not implemented yet" in untouched.stdout
    (folder / "adam.py").write_text((SOLUTIONS / "adam.py").read_text("utf-8"), "utf-8")
    right = course("check", "adam")
    assert (right.returncode, right.stderr) == (0, "")
    assert "passed" in right.stdout


def test_check_of_all_goes_through_the_syllabus_in_order(course: Course) -> None:
    answer = course("check", "--json", "--submission", SOLUTIONS)
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [each["topic"] for each in told] == [topic.stem for topic in topics()]
    assert {each["status"] for each in told} == {"passed"}
    assert answer.returncode == 0


def test_json_has_the_fixed_fields(course: Course) -> None:
    told = json.loads(course("check", "sgd", "--json", "--submission", SOLUTIONS).stdout)
    fixed = {"schema", "topic", "status", "score", "max_score", "cases", "first_difference", "mistakes", "message"}
    assert fixed <= told.keys()
    assert set(told["message"]) == {"en", "zh"}
    for case in told["cases"]:
        assert {"id", "passed", "points", "max_points", "reason"} <= case.keys()
        assert "stretch" not in case or case["stretch"] is True
    core = [case for case in told["cases"] if not case.get("stretch")]
    assert sum(case["max_points"] for case in core) == pytest.approx(told["max_score"])


def test_check_never_imports_torch() -> None:
    script = (
        "import sys; from course.cli import main; code = main(['check', 'momentum', '--submission', 'solutions']);"
        "sys.exit(code or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "clue"),
    [
        (("check", "adma"), "adam"),
        (("check", "adam", "--submission", "nowhere"), "nowhere"),
        (("hint", "adam", "--tier", "4"), "--tier"),
        (("frobnicate",), "frobnicate"),
        (("class", "new"), "DIR"),
    ],
)
def test_misuse_is_a_sentence_in_both_languages(course: Course, arguments: tuple[str, ...], clue: str) -> None:
    answer = course(*arguments)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert clue in answer.stderr
    assert "Traceback" not in answer.stderr
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.stderr)


def test_help_is_in_the_readers_language(course: Course) -> None:
    assert "torch.optim 对照" in course("--help", lang="zh_CN.UTF-8").stdout
    assert "torch.optim 对照" in course("--lang", "zh", "--help").stdout
    assert "against torch.optim" in course("--help").stdout


def test_hints_come_in_tiers(course: Course) -> None:
    one, three = course("hint", "adam").stdout, course("hint", "adam", "--tier", "3").stdout
    assert one.startswith("1/3")
    assert "--tier 2" in one
    assert [line[:3] for line in three.splitlines()] == ["1/3", "2/3", "3/3"]


def test_reset_loses_nothing(course: Course, folder: Path) -> None:
    skeleton = in_language((folder / "adam.py").read_text("utf-8"), "en")
    for mine in ("first = 1\n", "second = 2\n"):
        (folder / "adam.py").write_text(mine, "utf-8")
        assert course("reset", "adam").returncode == 0
        assert (folder / "adam.py").read_text("utf-8") == skeleton
    assert {path.read_text("utf-8") for path in folder.glob("*.bak")} == {"first = 1\n", "second = 2\n"}


def test_solution_opens_after_passing(course: Course, folder: Path) -> None:
    early = course("solution", "sgd")
    assert (early.returncode, early.stdout) == (1, "")
    (folder / "sgd.py").write_text((SOLUTIONS / "sgd.py").read_text("utf-8"), "utf-8")
    assert course("solution", "sgd").stdout == (SOLUTIONS / "sgd.py").read_text("utf-8")


def test_status_names_what_comes_next(course: Course, folder: Path) -> None:
    (folder / "sgd.py").write_text((SOLUTIONS / "sgd.py").read_text("utf-8"), "utf-8")
    answer = course("status")
    assert answer.returncode == 1
    assert f"1/{len(topics())}" in answer.stdout
    assert "Next: momentum" in answer.stdout


def test_alone_it_greets_and_says_what_is_next(course: Course, folder: Path) -> None:
    first = course()
    assert first.returncode == 0
    assert "Welcome to Downhill" in first.stdout
    assert "Next: Gradient descent" in first.stdout, "there is nothing to write in it"
    (folder / "sgd.py").write_text((SOLUTIONS / "sgd.py").read_text("utf-8"), "utf-8")
    second = course()
    assert f"1/{len(topics())}" in second.stdout
    assert f"{folder / 'momentum.py'}" in second.stdout
    assert "lessons/en/momentum.ipynb" in second.stdout
    assert "`course check momentum`" in second.stdout
    for topic in topics():
        (folder / f"{topic.stem}.py").write_bytes((SOLUTIONS / f"{topic.stem}.py").read_bytes())
    assert f"Next: {lessons()[-1].title}" in course().stdout, "nobody knows whether it was read"


def test_watch_judges_what_is_saved(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "course.cli", "watch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "COURSE_LEARNER": str(folder), "COURSE_LANG": "en"},
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            assert "Watching" in process.stdout.readline()
            process.stdout.readline()
            time.sleep(1.0)  # the first look at the files comes right after the greeting
            (folder / "sgd.py").write_text((SOLUTIONS / "sgd.py").read_text("utf-8"), "utf-8")
            assert "sgd · " in (line := process.stdout.readline())
            assert "passed" in line
            process.stdin.write("h\n")
            process.stdin.flush()
            said = list(itertools.takewhile(lambda each: not each.startswith("sgd 1/3"), process.stdout))
            assert any("The next lesson: " in each for each in said), "what passed says where to go"
            process.stdin.write("q\n")
            process.stdin.flush()
            assert process.wait(60) == 0
        finally:
            process.kill()
