"""Where the wall is not full, each face says so once in an environment; where it is, none says anything."""

from __future__ import annotations

import html
import io
import json
import os
import pwd
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import platformdirs
import pytest

from course import cli
from course.classroom import feedback_page
from course.grading import caution, render, sandbox, wall
from course.grading.judge import judge
from course.grading.wall import NOT_FULL, Standing
from course.lab.parts.check import check
from course.learner import watch
from course.system.workspace import ROOT
from course.text import LANGS, Lang, set_language
from course.topic import Topic
from tests.learner import LEARNERS_OWN

if TYPE_CHECKING:
    from collections.abc import Callable

PLATFORMS = ("linux", "darwin", "win32")
SOLUTIONS = ROOT / "solutions"


@pytest.fixture(autouse=True)
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has been told nothing yet, on a machine without any wall; where the marks will lie."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv(wall.VARIABLE, "none")
    monkeypatch.setattr(caution, "_said", set())
    return tmp_path / "state"


def another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process remembers of having said goes with it; what it left on the disk stays."""
    monkeypatch.setattr(caution, "_said", set())


def on(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_it_is_said_once_in_an_environment(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    on(platform, monkeypatch)
    verdict = judge(Topic.load("sgd"), SOLUTIONS)
    assert verdict.notes == (NOT_FULL[platform],)
    first = caution.due()
    assert first is not None
    for lang in LANGS:
        assert first[lang].startswith(NOT_FULL[platform][lang])
    assert caution.due() is None
    another_process(monkeypatch)
    assert caution.due() is None


def test_another_environment_and_another_wall_are_told_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    on("darwin", monkeypatch)
    judge(Topic.load("sgd"), SOLUTIONS)
    assert caution.due()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "prefix", str(tmp_path))
        assert caution.due()
        assert not caution.due()
    on("win32", monkeypatch)
    assert caution.due()
    assert not caution.due()


@pytest.mark.parametrize("stem", ["sgd", "nowhere"])
def test_nothing_is_said_behind_a_full_wall_or_where_nothing_has_run(
    stem: str, monkeypatch: pytest.MonkeyPatch, marks: Path
) -> None:
    full = Standing(("landlock", "seccomp"))
    assert full.full
    monkeypatch.setattr(sandbox, "_found", {(): full} if stem == "sgd" else {})
    assert caution.due() is None
    assert not marks.exists()


def homeless(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whom the system does not know, as in a container that runs under any number."""

    def unknown(number: int) -> None:
        raise KeyError(number)

    for name in ("XDG_STATE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


def tilde(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the oldest platformdirs that will do answers the same user."""
    monkeypatch.setattr(platformdirs, "user_state_path", lambda *_, **__: Path("~/.local/state/downhill-course"))


def taken(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (marks / "downhill-course").mkdir(parents=True)
    (marks / "downhill-course" / "cautions").touch()


def read_only(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even root can make a folder there."""
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/self/state" if sys.platform == "linux" else "/dev/null/state")


@pytest.mark.parametrize("home", [homeless, tilde, taken, read_only])
def test_where_no_mark_can_be_left_each_process_says_it_once(
    home: Callable[[Path, pytest.MonkeyPatch], None], marks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(Topic.load("sgd"), SOLUTIONS)
    home(marks, monkeypatch)
    before = sorted(tmp_path.rglob("*"))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for _ in range(2):
        another_process(monkeypatch)
        assert caution.due()
        assert caution.due() is None
    assert sorted(tmp_path.rglob("*")) == sorted([*before, here]), "something was left behind"


def test_of_many_at_once_one_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(caution._first, ["mark"] * 64)) == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_terminal(lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    said = caution.MORE.format(note=NOT_FULL["linux"])[lang]
    line = ["--lang", lang, "check", "sgd", "momentum", "--submission", str(SOLUTIONS)]
    assert cli.main(line) == cli.DONE
    first = capsys.readouterr()
    assert first.err.strip() == said
    assert NOT_FULL["linux"][lang] not in first.out
    assert cli.main(line) == cli.DONE
    assert capsys.readouterr() == (first.out, "")


def test_json_tells_in_every_verdict_and_leaves_it_to_be_said(marks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert cli.main(["check", "sgd", "--submission", str(SOLUTIONS), "--json"]) == cli.DONE
        out, err = capsys.readouterr()
        assert json.loads(out)["notes"] == [NOT_FULL["linux"].to_json()]
        assert err == ""
    assert not marks.exists()


@pytest.mark.parametrize("lang", LANGS)
def test_the_notebook(lang: Lang) -> None:
    set_language(lang)
    said = caution.MORE.format(note=NOT_FULL["linux"])[lang]
    first, second = check("sgd", SOLUTIONS), check("sgd", SOLUTIONS)
    for _ in range(2):  # a notebook asks for both, and may ask again
        assert html.escape(said) in first._repr_html_()
        assert said in repr(first)
    for each in (second._repr_html_(), repr(second)):
        assert html.escape(NOT_FULL["linux"][lang]) not in each


def test_watch_says_it_below_the_first_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = str(caution.MORE.format(note=NOT_FULL["linux"]))
    file = tmp_path / "sgd.py"
    told: list[str] = []

    def save_twice_and_quit(_: float) -> None:
        """In place of the pause between two looks at the files."""
        told.append(capsys.readouterr().err.strip())
        if len(told) < 3:
            file.write_bytes((SOLUTIONS / "sgd.py").read_bytes())
            os.utime(file, (len(told), len(told)))
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr("course.learner.watch.time", SimpleNamespace(sleep=save_twice_and_quit))
    with pytest.raises(KeyboardInterrupt):
        watch.watch(tmp_path)
    assert told == ["", said, ""]


@pytest.mark.parametrize("lang", LANGS)
def test_pytest_says_it_at_the_end(lang: Lang) -> None:
    said = caution.MORE.format(note=NOT_FULL["linux"])[lang]
    command = [sys.executable, "-m", "pytest", *LEARNERS_OWN, "-q", "-p", "no:cacheprovider", "-k", "sgd"]

    def run() -> str:
        return subprocess.run(
            [*command, f"--submission={SOLUTIONS}"],
            cwd=ROOT,
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, "COURSE_LANG": lang, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        ).stdout

    assert run().count(said) == 1
    assert NOT_FULL["linux"][lang] not in run()  # it is told once


@pytest.mark.parametrize("line", ["1 / 0", "print('x' * 10**8)", "import torch", "pass"])
def test_a_report_to_a_student_says_nothing_of_walls(line: str, tmp_path: Path) -> None:
    source = (SOLUTIONS / "sgd.py").read_text("utf-8")
    (tmp_path / "sgd.py").write_text(f"{source}\n{line}\n", "utf-8")
    verdict = judge(Topic.load("sgd"), tmp_path)
    assert verdict.notes
    told = [feedback_page.fragment(verdict), feedback_page.comment(verdict, 0.0, 10.0, 0.0)]
    told += [render.terminal(verdict, lang) for lang in LANGS]
    for each in told:
        for lang in LANGS:
            assert html.escape(NOT_FULL["linux"][lang]) not in each
            assert NOT_FULL["linux"][lang] not in each
