"""A class is not graded where its students' files cannot be isolated, unless the instructor says so."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pytest

from course import classroom, cli
from course.classroom import judging, nbgrader_steps, trust
from course.classroom.directory import ClassDirectory
from course.grading import sandbox
from course.grading.judge import judge_source
from course.grading.sandbox import Limits
from course.text import CourseError, Text
from tests.classroom.room import SOLUTION, hand_in, mark, nbgrader, trusting

if TYPE_CHECKING:
    from pathlib import Path


NOTE = Text(en="No wall stands.", zh="没有隔离。")
WHY = Text(en="There is no bubblewrap: install it.", zh="没有 bubblewrap：请安装。")


@dataclass(frozen=True)
class Standing:
    """What `course.grading.wall.standing` returns."""

    full: bool
    layers: tuple[str, ...] = ()
    note: Text = NOTE
    why: Text | None = WHY


@pytest.fixture(autouse=True)
def _settings_read_anew() -> Any:
    """One process reads a class's settings once; these tests change them."""
    nbgrader_steps.settings_of.cache_clear()
    yield
    nbgrader_steps.settings_of.cache_clear()


@pytest.fixture
def bare(room: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class with one submission, on a machine without walls."""
    config = room / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace("trust_students=True", ""), "utf-8")
    hand_in(room, "ada", "sgd", SOLUTION["sgd"])
    wall(monkeypatch, full=False)
    return room


def judge_file(*, trusted: bool = False) -> str:
    """Judge the solution as a worker does, which knows no class."""
    source = SOLUTION["sgd"].encode()
    return judging.judge_file("sgd", source, "5" * 64, asdict(Limits()), judging.fingerprint(), trusted=trusted)


def wall(monkeypatch: pytest.MonkeyPatch, *, full: bool) -> None:
    monkeypatch.setattr("course.grading.wall.standing", lambda: Standing(full))


def test_nothing_is_judged_without_a_wall(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.classroom.judging.judge_source", lambda *_, **__: pytest.fail("judged"))
    with pytest.raises(CourseError, match="Nothing was judged") as told:
        classroom.grade(bare, progress=False)
    for part in ("There is no bubblewrap: install it.", "write marks", "--trust-students", "trust_students=True"):
        assert part in told.value.text.en
    for part in ("没有 bubblewrap：请安装。", "改写成绩", "--trust-students", "trust_students=True"):
        assert part in told.value.text.zh
    assert not (bare / "verdicts").exists()
    with pytest.raises(CourseError, match="Nothing was judged"):
        judge_file()


def test_trust_is_for_one_run(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["class", "grade", "--dir", str(bare), "--jobs", "1"]
    assert cli.main(command) == 2
    assert "Nothing was judged" in capsys.readouterr().err
    assert cli.main([*command, "--trust-students"]) == 0
    assert mark(bare, "ada", "sgd").auto == 10.0
    assert cli.main(command) == 2


def test_the_settings_may_say_so_for_good(bare: Path) -> None:
    trusting(bare)
    classroom.grade(bare, progress=False)
    assert mark(bare, "ada", "sgd").auto == 10.0
    config = bare / "nbgrader_config.py"
    config.write_text(config.read_text("utf-8").replace("trust_students=True", ""), "utf-8")
    nbgrader_steps.settings_of.cache_clear()
    with pytest.raises(CourseError, match="Nothing was judged"):
        classroom.grade(bare, progress=False)


def test_one_class_that_trusts_does_not_speak_for_another(bare: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    trust.say(other, trusted=True)
    assert trust.given(ClassDirectory(other))
    with pytest.raises(CourseError, match="Nothing was judged"):
        classroom.grade(bare, progress=False)


def test_what_was_judged_without_a_wall_is_judged_again_behind_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []

    def counting(*given: Any, **options: Any) -> Any:
        judged.append(given)
        return judge_source(*given, **options)

    monkeypatch.setattr("course.classroom.judging.judge_source", counting)
    for times, full in ((1, False), (1, False), (2, True), (2, True), (2, False)):
        wall(monkeypatch, full=full)
        classroom.grade(bare, progress=False, jobs=1, trust_students=True)
        assert len(judged) == times, "and what was judged behind a wall holds everywhere"


def test_a_pool_elsewhere_is_told_of_the_trust(bare: Path) -> None:
    """On a cluster nobody has read the class's settings."""
    with pytest.raises(CourseError, match="Nothing was judged"):
        judge_file()
    told = json.loads(judge_file(trusted=True))
    assert (told["verdict"]["status"], told["walled"]) == ("passed", False)
    asked: list[bool] = []

    class Elsewhere(ThreadPoolExecutor):
        def submit(self, work: Any, /, *given: Any, **options: Any) -> Any:
            asked.append(options["trusted"])
            return super().submit(work, *given, **options)

    with Elsewhere(1) as pool:
        classroom.grade(bare, progress=False, executor=pool, trust_students=True)
    assert asked == [True]


def older(root: Path, form: str) -> None:
    """Settings as earlier versions made them."""
    config = root / "nbgrader_config.py"
    text = config.read_text("utf-8").replace("guard.install()\n", form)
    config.write_text(text if form else text.replace("from course.classroom import guard\n", ""), "utf-8")


@pytest.mark.parametrize("form", ["guard.install()\n", ""])
def test_plain_nbgrader_refuses_too_and_so_do_older_classes(bare: Path, form: str) -> None:
    older(bare, form)
    done = nbgrader(bare, "autograde", "sgd", COURSE_WALL="none")
    assert done.returncode == 1
    assert "Nothing was judged" in done.stderr
    assert "没有评判任何作业" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (bare / "verdicts").exists()


def test_plain_nbgrader_grades_where_the_settings_say_so(bare: Path) -> None:
    trusting(bare)
    done = nbgrader(bare, "autograde", "sgd", COURSE_WALL="none")
    assert done.returncode == 0, done.stderr[-2000:]
    assert mark(bare, "ada", "sgd").auto == 10.0


def test_formgrader_refuses_with_the_sentence(bare: Path) -> None:
    script = (
        "import os\nos.environ['COURSE_WALL'] = 'none'\n"
        "from nbgrader.apps import NbGraderAPI\n"
        "from traitlets.config.loader import PyFileConfigLoader\n"
        "api = NbGraderAPI(config=PyFileConfigLoader('nbgrader_config.py', path='.').load_config())\n"
        "done = api.autograde('sgd', 'ada')\n"
        "assert not done['success'] and 'Nothing was judged' in done['log'], done\n"
        "assert 'Traceback' not in done['log'], done\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=bare, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_other_steps_need_no_wall(bare: Path) -> None:
    classroom.release(bare, ["sgd"], progress=False)
    classroom.grade(bare, progress=False, trust_students=True)
    classroom.feedback(bare, progress=False)
    classroom.class_report(bare, progress=False)
    assert (bare / "feedback/ada/sgd/sgd.html").is_file()


@pytest.mark.parametrize("layers", ["none", ""])
def test_grading_says_once_behind_which_wall_and_a_students_page_does_not(
    layers: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if layers:
        monkeypatch.setenv("COURSE_WALL", layers)
    else:
        monkeypatch.delenv("COURSE_WALL", raising=False)
    hand_in(bare, "bo", "sgd", f"{SOLUTION['sgd']}\n1 / 0\n")
    stands = sandbox.tried().note
    for _ in range(2):  # where nothing is new, the stored verdicts tell
        told = classroom.grade(bare, progress=False, trust_students=True)
        assert told.en.splitlines().count(stands.en) == 1
        assert told.zh.splitlines().count(stands.zh) == 1
    classroom.feedback(bare, progress=False)
    for student in ("ada", "bo"):
        page = (bare / f"feedback/{student}/sgd/sgd.html").read_text("utf-8")
        assert stands.en not in page
        assert stands.zh not in page
