"""While a file is still computing, whoever has asked hears how long: in a notebook, in a terminal, and nobody else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from course.grading import sandbox, waiting
from course.grading.judge import judge
from course.lab.parts import check
from course.learner.check import Working
from course.text import Text, set_language
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW = """
import time

class SGD:
    def init(self, param):
        time.sleep(60)
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def heard(*moments: float, cpu: float = 10, wall: float = 20) -> list[str]:
    said: list[str] = []
    with waiting.heard_by(lambda text: said.append(text.en)):
        for before, now in zip((0.0, *moments), moments, strict=False):
            waiting.tell(before, now, cpu, wall)
    return said


def test_each_second_is_told_once_and_the_first_not_at_all() -> None:
    assert heard(0.05, 0.9, 1.1, 1.9) == []
    assert heard(1.9, 2.0, 2.05, 2.9, 3.3, 5.1) == [
        "Still computing, 2 s of 10.",
        "Still computing, 3 s of 10.",
        "Still computing, 5 s of 10.",
    ]
    assert heard(9.9, 10.1, 11.2) == [
        "Still computing, 9 s of 10.",
        "Still computing, 10 s of 10.",
        "Still computing, 11 s of 20.",
    ]


def test_only_who_asks_hears_it() -> None:
    said: list[Text] = []
    with waiting.heard_by(said.append):
        with waiting.heard_by(lambda _text: None):
            waiting.tell(1.9, 2.1, 10, 20)
        assert said == []
        waiting.tell(1.9, 2.1, 10, 20)
    waiting.tell(2.9, 3.1, 10, 20)
    assert [text.zh for text in said] == ["仍在计算，已用 2 秒，上限 10 秒。"]


def test_a_judge_tells_of_a_file_that_takes_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FIRST", 1)
    (tmp_path / "sgd.py").write_text(SLOW, "utf-8")
    said: list[str] = []
    with waiting.heard_by(lambda text: said.append(text.en)):
        verdict = judge(Topic.load("sgd"), tmp_path, limits=sandbox.Limits(cpu=5, wall=1.3))
    assert verdict.status == "timeout"
    assert said == ["Still computing, 1 s of 5."]


def test_a_terminal_shows_it_in_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Working("sgd") as line, waiting.heard_by(line.say):
        waiting.tell(1.9, 2.1, 10, 20)
    shown = capsys.readouterr().err
    assert [each.replace("\x1b[2K", "").strip() for each in shown.split("\r")] == [
        "\x1b[2mchecking sgd …\x1b[0m",
        "\x1b[2mStill computing, 2 s of 10.\x1b[0m",
        "",
        "",
    ]


class Handle:
    """What `display` returns in a notebook."""

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown

    def update(self, what: Any) -> None:
        self.shown.append(what.data)


def test_a_notebook_shows_it_in_one_place_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def display(what: Any, *, display_id: bool) -> Handle:
        assert display_id
        shown.append(what.data)
        return Handle(shown)

    monkeypatch.setattr("IPython.display.display", display)
    with check._line() as say:
        say(Text(en="no kernel", zh="没有内核"))
    assert shown == []
    monkeypatch.setattr(check, "_in_notebook", lambda: True)
    with check._line() as say:
        for number in "23":
            say(Text(en=f"{number} s", zh=f"{number} 秒"))
    assert ["2 s" in shown[0], "3 s" in shown[1], shown[2:]] == [True, True, [""]]
    with check._line():
        pass
    assert len(shown) == 3
