"""`course class watch`: what arrives is graded once it is still, shown calmly, and nothing stops the others."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from course.classroom import live, watching
from course.classroom.arrivals import stamps_of
from course.classroom.directory import ClassDirectory
from course.classroom.live import Lines, Row, Table
from course.classroom.lock import BusyError
from course.grading import mistakes
from course.system.stamps import Settling
from course.text import CourseError, Text, width
from tests.classroom.test_survey import attempt, passed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

HEADING = Text(en="Watching", zh="正在关注")
OK = Text(en="ok", zh="好")


def test_what_changes_is_held_back_until_it_is_still() -> None:
    settling = Settling(3.0)
    assert settling.look({"ada": 1}, now=0.0) == []
    assert settling.look({"ada": 2}, now=2.0) == [], "still growing"
    assert settling.look({"ada": 2}, now=4.9) == []
    assert settling.waiting == 1
    assert settling.look({"ada": 2, "bo": 1}, now=5.0) == ["ada"]
    assert settling.look({"ada": 2, "bo": 1}, now=8.0) == ["bo"]
    assert settling.look({"ada": 2, "bo": 1}, now=99.0) == []
    assert settling.waiting == 0


def test_what_goes_and_comes_back_is_new() -> None:
    settling = Settling(0.0)
    settling.look({"ada": 1}, now=0.0)
    assert settling.look({"ada": 1}, now=0.1) == ["ada"]
    assert settling.look({}, now=0.2) == []
    settling.look({"ada": 1}, now=0.3)
    assert settling.look({"ada": 1}, now=0.4) == ["ada"]


def test_a_change_that_is_taken_back_is_none() -> None:
    settling = Settling(1.0)
    settling.look({"ada": 1}, now=0.0)
    assert settling.look({"ada": 1}, now=1.0) == ["ada"]
    settling.look({"ada": 2}, now=2.0)
    assert settling.look({"ada": 1}, now=9.0) == []
    assert settling.waiting == 0


def test_a_stamp_changes_with_anything_in_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "ada/adam/adam.py"
    file.parent.mkdir(parents=True)
    seen = [stamps_of(tmp_path)["ada"]]

    def changed() -> bool:
        seen.append(stamps_of(tmp_path)["ada"])
        return seen[-1] != seen[-2]

    file.write_text("x = 1", "utf-8")
    assert changed()
    assert not changed()
    with file.open("a", encoding="utf-8") as opened:
        opened.write("\ny = 2")
    assert changed()
    file.rename(file.with_name("other.py"))
    assert changed()
    (tmp_path / "ada/.DS_Store").write_text("junk", "utf-8")
    assert list(stamps_of(tmp_path)) == ["ada"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_looking_follows_no_link_and_waits_for_no_pipe(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    ada = tmp_path / "submitted/ada"
    ada.mkdir(parents=True)
    (ada / "adam").symlink_to(outside)
    (ada / "loop").symlink_to(ada)
    os.mkfifo(ada / "pipe")
    before = stamps_of(tmp_path / "submitted")
    (outside / "adam.py").write_text("x", "utf-8")
    assert stamps_of(tmp_path / "submitted") == before
    assert stamps_of(tmp_path / "nowhere") == {}


class Shown:
    """Keeps what a view is asked to show."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.notes: list[list[str]] = []

    def show(self, heading: Text, rows: Sequence[Row], notes: Sequence[Text]) -> None:
        assert "Ctrl-C" in heading.en
        self.rows += rows
        self.notes.append([note.en for note in notes])


class Grading:
    """Grades as it is told: `problems` are raised, one a call."""

    def __init__(self, *problems: Exception | None) -> None:
        self.problems = list(problems)
        self.asked: list[list[str]] = []

    def __call__(self, students: Collection[str]) -> Text:
        self.asked.append(list(students))
        problem = self.problems.pop(0) if self.problems else None
        if problem:
            raise problem
        return OK


def watched(root: Path, grading: Grading, *students: str) -> tuple[watching.Watch, Shown]:
    for student in students:
        (root / "submitted" / student / "adam").mkdir(parents=True)
    shown = Shown()
    return watching.Watch(ClassDirectory(root), ["adam"], grading, view=shown, still=0.0), shown


def test_what_has_settled_is_graded_once(tmp_path: Path) -> None:
    grading = Grading()
    watch, _ = watched(tmp_path, grading, "ada", "bo")
    for _ in range(4):
        watch.look()
    assert grading.asked == [["ada", "bo"]]
    (tmp_path / "submitted/bo/adam/adam.py").write_text("x", "utf-8")
    for _ in range(3):
        watch.look()
    assert grading.asked == [["ada", "bo"], ["bo"]]


def test_while_somebody_else_holds_the_class_it_waits_and_says_so(tmp_path: Path) -> None:
    busy = BusyError(Text(en="Process 7 is writing", zh="进程 7 正在写入"))
    grading = Grading(busy, busy)
    watch, shown = watched(tmp_path, grading, "ada")
    for _ in range(5):
        watch.look()
    assert grading.asked == [["ada"]] * 3
    assert ["Process 7 is writing"] in shown.notes
    assert shown.notes[-1] == []


BAD = "ada/adam: bad"


@pytest.mark.parametrize("problem", [CourseError(Text(en=BAD, zh="坏")), ZeroDivisionError(BAD)])
def test_one_bad_submission_is_told_and_the_next_one_is_graded(tmp_path: Path, problem: Exception) -> None:
    grading = Grading(problem)
    watch, shown = watched(tmp_path, grading, "ada")
    watch.look()
    watch.look()
    assert any(BAD in note for note in shown.notes[-1])
    (tmp_path / "submitted/bo/adam").mkdir(parents=True)
    watch.look()
    watch.look()
    assert grading.asked == [["ada"], ["bo"]]
    assert shown.notes[-1] == []


def test_a_large_class_is_graded_some_at_a_time(tmp_path: Path) -> None:
    grading = Grading()
    watch, _ = watched(tmp_path, grading, *(f"s{n:03}" for n in range(2 * watching.MOST_AT_ONCE + 1)))
    watch.look()
    watch.look()
    assert [len(each) for each in grading.asked] == [watching.MOST_AT_ONCE] * 2 + [1]


KNOWN = mistakes.catalogue("adam").mistakes[0]
ROWS = [
    Row("ada", "adam", attempt(0, KNOWN.id)),
    Row("王小明" * 9, "adam", passed(1)),
    Row("bo", "adam", attempt(2)),
    Row("chen\x1b[2J", "adam", attempt(3, status="timeout")),
    Row("dan", "adam", attempt(4, ways=[[KNOWN.id], ["other"]])),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_line_of_the_table_is_wider_than_the_terminal(lang: str) -> None:
    table = Table(io.StringIO(), "zh" if lang == "zh" else "en")
    table.show(HEADING, ROWS, [])
    note = Text(en="one\ntwo " + "x" * 200, zh="一\n二" + "长" * 200)
    lines = table.lines(HEADING, [note], 79, 12)
    assert max(map(width, lines)) <= 79
    assert len(lines) <= 12
    assert not any("\x1b" in line for line in lines)
    (ada,) = [line for line in lines if line.startswith("ada")]
    assert KNOWN.title["zh" if lang == "zh" else "en"][:20] in ada
    assert len(table.lines(HEADING, [], 79, 4)) <= 4


def test_the_newest_stands_on_top_and_says_what_is_wrong() -> None:
    table = Table(io.StringIO(), "en")
    table.show(HEADING, ROWS, [])
    lines = table.lines(HEADING, [], 200, 24)
    assert [line.split()[0] for line in lines[2:]] == ["dan", "chen␛[2J", "bo", lines[5].split()[0], "ada"]
    assert f"one of: other / {KNOWN.title.en}" in lines[2]
    assert "out of time" in lines[3]
    assert "no known mistake fits" in lines[4]
    assert "passed" in lines[5]


def test_the_table_is_drawn_again_only_when_it_has_changed() -> None:
    out = io.StringIO()
    table = Table(out, "en")
    table.show(HEADING, ROWS, [])
    first = out.getvalue()
    table.show(HEADING, [], [])
    assert out.getvalue() == first
    table.show(HEADING, [], [OK])
    again = out.getvalue()[len(first) :]
    assert again.startswith(live.UP.format(lines=first.count("\n")) + live.CLEAR)
    assert again.endswith("ok\n")


def test_where_nobody_looks_there_is_a_line_each() -> None:
    out = io.StringIO()
    lines = Lines(out, "en")
    lines.show(HEADING, ROWS[:1], [OK])
    lines.show(HEADING, [], [OK])
    lines.show(HEADING, ROWS[1:2], [])
    written = out.getvalue().splitlines()
    assert len(written) == 3
    assert written[0].startswith("ada  adam  not right yet  09-14 ")
    assert written[0].endswith(KNOWN.title.en)
    assert written[1] == "ok"
    assert "\x1b" not in out.getvalue()
