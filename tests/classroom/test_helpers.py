"""The sentences about a cluster that cannot be used, and what travels to a worker: none of it needs one."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, Any

import cloudpickle
import pytest

from course import cli
from course.classroom import scheduler
from course.classroom.errand import call, question
from course.classroom.helpers import Helpers, another_version
from course.classroom.judging import fingerprint
from course.system.workspace import ROOT
from tests.classroom import deadly

if TYPE_CHECKING:
    from pathlib import Path


def told(**changes: str | None) -> dict[str, Any]:
    """Make what a machine tells of its versions."""
    python = changes.pop("python", "3.13.1.final.0")
    packages = {"distributed": "2026.8.0", "downhill-course": "0.1.0", "torch": "2.13.0", "numpy": "2.3.1", "dask": "1"}
    return {"host": {"python": python}, "packages": packages | {key.replace("_", "-"): changes[key] for key in changes}}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"torch": "2.12.0"}, '"torch==2.13.0"'),
        ({"numpy": None}, "numpy is missing"),
        ({"downhill_course": None}, "not installed"),
        ({"downhill_course": "0.2.0"}, "downhill-course 0.2.0 (0.1.0 here)"),
        ({"distributed": "2026.1.0", "torch": "2.12.0"}, "distributed 2026.1.0 (2026.8.0 here), torch"),
        ({"python": "3.12.1.final.0"}, "Python there is 3.12, and 3.13 here"),
    ],
)
def test_another_version_is_named(changes: dict[str, str | None], says: str) -> None:
    why = another_version(told(), told(**changes))
    assert why is not None
    assert says in why.en
    assert why.zh != why.en


@pytest.mark.parametrize("changes", [{}, {"python": "3.13.9.final.0"}, {"dask": "2"}])
def test_what_makes_no_difference_is_none(changes: dict[str, str | None]) -> None:
    assert another_version(told(), told(**changes)) is None


WALL = {"en": "no bubblewrap", "zh": "没有 bubblewrap"}


@pytest.mark.parametrize(
    ("answer", "trusted", "says"),
    [
        ({"missing": "course"}, False, "the course is not installed"),
        ({"missing": "course.text"}, True, "the course is not installed"),
        ({"missing": "nbgrader"}, True, "nbgrader is missing"),
        ({"course": "another", "wall": None}, True, "other files"),
        ({"course": fingerprint(), "wall": WALL}, False, "no bubblewrap"),
        ({"course": fingerprint(), "wall": WALL}, True, None),
        ({"course": fingerprint(), "wall": None}, False, None),
    ],
)
def test_a_worker_may_judge_or_it_is_told_why_not(answer: dict[str, Any], trusted: bool, says: str | None) -> None:  # noqa: FBT001
    why = Helpers(trusted=trusted)._reason(answer)
    assert (why is None) if says is None else (why is not None and says in why.en)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("tcp://127.0.0.1:1", "No scheduler has answered at tcp://127.0.0.1:1"),
        ("127.0.0.1:1", "No scheduler has answered"),
        ("http://127.0.0.1:8786", "cannot be used as the address"),
        ("tls://127.0.0.1:8786", "certificates"),
        ("tcp://127.0.0.1:port", "cannot be used as the address"),
        ("", "cannot be used as the address"),
        ("\x1b[31m", "␛[31m"),
    ],
)
def test_an_address_that_leads_nowhere(
    address: str, says: str, made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scheduler, "CONNECT", 0.5)
    assert cli.main(["class", "grade", "--dir", str(made), "--cluster", address]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "没有评判任何作业" in said
    assert "Traceback" not in said


def test_without_dask(made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert cli.main(["class", "grade", "--dir", str(made), "--cluster", "tcp://127.0.0.1:1"]) == 2
    assert "pip install -e '.[cluster]'" in capsys.readouterr().err


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class in which nothing has happened yet."""
    from tests.classroom.room import new_class

    return new_class(tmp_path_factory.mktemp("made") / "class")


def test_where_there_is_no_course_what_travels_says_so() -> None:
    """In a Python with the packages and without the course, nothing of it is imported to unpickle."""
    program = (
        f"import sys, pickle, asyncio; sys.path.append({sysconfig.get_path('purelib')!r})\n"
        "look, judge = pickle.load(sys.stdin.buffer)\n"
        "import distributed; distributed.get_worker = lambda: type('', (), {'address': 'tcp://there'})\n"
        "import json; print(json.dumps([asyncio.run(look()), judge()]))"
    )
    sent = cloudpickle.dumps((question(), call(deadly.twice, (3,), {})))
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", program], input=sent, capture_output=True, check=True)
    look, judge = json.loads(ran.stdout)
    assert look["missing"] == "course"
    assert "No module named 'course'" in judge["refused"]["en"]


def test_what_travels_shows_nothing_of_what_it_holds() -> None:
    task = call(deadly.twice, (3,), {"seed": "a secret"})
    assert "secret" not in repr(task) + str(task.__dict__)
    assert "deadly" not in repr(task)


def test_the_extra_is_told_as_it_is_named() -> None:
    """What a sentence tells to install exists."""
    assert '\ncluster = ["downhill-course[instructor]", "distributed' in (ROOT / "pyproject.toml").read_text("utf-8")
