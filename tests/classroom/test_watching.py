"""`course class watch`: what arrives is graded once it is still, shown calmly, and nothing stops the others."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from course.classroom import live, nbgrader_steps, watching
from course.classroom.arrivals import stamps_of
from course.classroom.directory import ClassDirectory
from course.classroom.exchange import Inbound
from course.classroom.live import Lines, LiveTable, TableRow
from course.classroom.lock import BusyError, only_writer
from course.grading import mistakes
from course.system.stamps import Settling
from course.text import CourseError, Text, width
from course.topic import Topic
from tests.classroom.room import SOLUTION, hand_in, mark
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
        self.rows: list[TableRow] = []
        self.notes: list[list[str]] = []

    def show(self, heading: Text, rows: Sequence[TableRow], notes: Sequence[Text]) -> None:
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


def test_a_problem_is_told_without_what_the_heading_counts(tmp_path: Path) -> None:
    told = Text(
        en="Graded 1 submissions.\n\nNot graded:\n  notes.txt: a file", zh="已评 1 份。\n\n没有评分：\n  notes.txt"
    )
    watch, shown = watched(tmp_path, Grading(CourseError(told)), "ada")
    watch.look()
    watch.look()
    assert shown.notes[-1] == ["Not graded:\n  notes.txt: a file"]


def test_a_large_class_is_graded_some_at_a_time(tmp_path: Path) -> None:
    grading = Grading()
    watch, _ = watched(tmp_path, grading, *(f"s{n:03}" for n in range(2 * watching.MOST_AT_ONCE + 1)))
    watch.look()
    watch.look()
    assert [len(each) for each in grading.asked] == [watching.MOST_AT_ONCE] * 2 + [1]


KNOWN = mistakes.catalogue(Topic.load("adam")).mistakes[0]
ROWS = [
    TableRow("ada", "adam", attempt(0, KNOWN.id)),
    TableRow("王小明" * 9, "adam", passed(1)),
    TableRow("bo", "adam", attempt(2)),
    TableRow("chen\x1b[2J", "adam", attempt(3, status="timeout")),
    TableRow("dan", "adam", attempt(4, ways=[[KNOWN.id], ["other"]])),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_line_of_the_table_is_wider_than_the_terminal(lang: str) -> None:
    table = LiveTable(io.StringIO(), "zh" if lang == "zh" else "en")
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
    table = LiveTable(io.StringIO(), "en")
    table.show(HEADING, ROWS, [])
    lines = table.lines(HEADING, [], 200, 24)
    assert [line.split()[0] for line in lines[2:]] == ["dan", "chen␛[2J", "bo", lines[5].split()[0], "ada"]
    assert f"one of: other / {KNOWN.title.en}" in lines[2]
    assert "out of time" in lines[3]
    assert "no known mistake fits" in lines[4]
    assert "passed" in lines[5]


def test_the_table_is_drawn_again_only_when_it_has_changed() -> None:
    out = io.StringIO()
    table = LiveTable(out, "en")
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


def inbound(room: Path, student: str, code: str, when: str = "2026-09-14 08:00:00.000000 UTC") -> Path:
    """Hand in through the exchange, as `nbgrader submit` does."""
    folder = room / "exchange/downhill/inbound" / f"{student}+sgd+{when}+abcdef"
    shutil.copytree(room / "release/sgd", folder)
    (folder / "sgd.py").write_text(code, "utf-8")
    (folder / "timestamp.txt").write_text(when, "utf-8")
    return folder


def with_exchange(room: Path) -> Inbound:
    (room / "exchange/downhill/inbound").mkdir(parents=True)
    with (room / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"\nc.Exchange.root = {str(room / 'exchange')!r}\n")
    nbgrader_steps.settings_of.cache_clear()
    return Inbound(ClassDirectory(room), 0.0)


def test_what_lies_in_the_exchange_is_collected_by_nbgrader(room: Path) -> None:
    box = with_exchange(room)
    assert box.there
    inbound(room, "ada", SOLUTION["sgd"])
    (room / "exchange/downhill/inbound/not-a-submission").mkdir()
    assert box.collect(["sgd"]) == [], "it may still be copied"
    assert not (room / "submitted/ada").exists()
    told = box.collect(["sgd"])
    assert (room / "submitted/ada/sgd/sgd.py").read_text("utf-8") == SOLUTION["sgd"]
    assert any("owned by" in each.en for each in told), "nbgrader's own warning reaches the instructor"
    inbound(room, "ada", "later = 1", "2026-09-15 08:00:00.000000 UTC")
    box.collect(["sgd"])
    box.collect(["sgd"])
    assert (room / "submitted/ada/sgd/sgd.py").read_text("utf-8") == "later = 1"


def test_a_name_that_nbgrader_cannot_read_is_told(room: Path) -> None:
    box = with_exchange(room)
    inbound(room, "ada", SOLUTION["sgd"], "no time at all")
    box.collect(["sgd"])
    told = box.collect(["sgd"])
    assert any("could not be collected from the exchange" in each.en for each in told)


def test_without_an_exchange_nothing_is_collected(room: Path) -> None:
    box = Inbound(ClassDirectory(room), 0.0)
    assert not box.there
    assert box.collect(["sgd"]) == []


@pytest.mark.needs("bubblewrap")  # as other tests that grade for half a minute
def test_a_class_is_watched_from_the_first_submission_to_ctrl_c(room: Path) -> None:
    """By the command: a right one, one copied in two halves, a broken one, a link; then the class is free again."""
    command = [sys.executable, "-m", "course.cli", "--lang", "en", "class", "watch", "--jobs", "1"]
    said = room.parent / "said"
    with said.open("w", encoding="utf-8") as out:
        watch = subprocess.Popen(command, cwd=room, stdout=out, stderr=subprocess.STDOUT)
    try:

        def waits_for(text: str, seconds: float = 60.0) -> None:
            end = time.monotonic() + seconds
            while text not in said.read_text("utf-8"):
                assert watch.poll() is None, said.read_text("utf-8")
                assert time.monotonic() < end, said.read_text("utf-8")
                time.sleep(0.1)

        waits_for("Ctrl-C ends.")
        hand_in(room, "ada", "sgd", SOLUTION["sgd"])
        half = hand_in(room, "bo", "sgd", SOLUTION["sgd"][: len(SOLUTION["sgd"]) // 2]) / "sgd.py"
        (room / "submitted/chen").symlink_to(room / "submitted/ada")
        for n in range(6):  # growing for longer than a submission must be still
            time.sleep(0.7)
            half.write_text(SOLUTION["sgd"][: len(SOLUTION["sgd"]) * (6 + n) // 12], "utf-8")
        half.write_text(SOLUTION["sgd"], "utf-8")
        waits_for("ada  sgd  passed")
        waits_for("bo  sgd  passed")
        hand_in(room, "dan", "sgd", "def update(:\n")
        waits_for("dan  sgd  stopped by an error")
        hand_in(room, "dan", "sgd", SOLUTION["sgd"].replace("param - self.lr", "param + self.lr"))
        waits_for("dan  sgd  not right yet")
        with only_writer(ClassDirectory(room)):
            hand_in(room, "eve", "sgd", SOLUTION["sgd"])
            waits_for("is writing to this class's gradebook")
            assert "eve" not in said.read_text("utf-8")
        waits_for("eve  sgd  passed")
    finally:
        watch.send_signal(signal.SIGINT)
        status = watch.wait(60)
    text = said.read_text("utf-8")
    assert status == 0, text
    assert text.splitlines()[-1].startswith("Ended: 5 submissions were graded, and nothing is lost")
    assert "Traceback" not in text
    assert text.count("bo  sgd") == 1, "it was not judged by half"
    assert "chen" in text, "what is not a folder is told"
    assert mark(room, "ada", "sgd").auto == Topic.load("sgd").points
    with only_writer(ClassDirectory(room)):
        pass
