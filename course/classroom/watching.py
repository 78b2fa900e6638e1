"""`course class watch`: grade what arrives while the instructor looks on.

Nothing is graded before it has been still for some seconds, so that a file that is being copied is not judged by half.
The class's lock is held only while something is graded. Whatever goes wrong with one submission is shown, and the
others go on; what could not be graded because somebody else holds the class is tried again.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Protocol

from course.classroom import verdicts
from course.classroom.arrivals import stamps_of
from course.classroom.live import Lines, LiveTable, TableRow
from course.classroom.lock import BusyError
from course.classroom.trouble import said
from course.system.stamps import Settling
from course.text import CourseError, Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import IO, Never

    from course.classroom.directory import ClassDirectory
    from course.classroom.exchange import Inbound

    Grade = Callable[[Collection[str]], Text]
    """Grades what these students have handed in."""

TEXTS = texts(__file__)

STILL = 3.0
"""Seconds that a submission must stay as it is before it is graded."""
PAUSE = 1.0
"""Seconds between two looks, at least."""
REST = 5.0
"""And this many times as long as a look takes, so that a large class on a slow disk is not read all the time."""
MOST_AT_ONCE = 50
"""Students who are graded before the table is shown again."""


def _without_count(told: Text) -> Text:
    """What is wrong, without the paragraph that counts what was graded: the heading counts it."""
    return Text(en=told.en.partition("\n\n")[2] or told.en, zh=told.zh.partition("\n\n")[2] or told.zh)


class View(Protocol):
    """Where results are shown."""

    def show(self, heading: Text, rows: Sequence[TableRow], notes: Sequence[Text]) -> None:
        """Show what has just been graded, and what could not be.

        Args:
            heading: what is being watched, and how far it is.
            rows: what has just been graded, the oldest first.
            notes: what cannot be graded now, and why.

        """


def begun(places: Sequence[str]) -> Text:
    """Say what is being watched: the folders."""
    return TEXTS["begun"].format(places=", ".join(places), still=f"{STILL:g}")


def ended(graded: int) -> Text:
    """Say how much was graded."""
    return TEXTS["ended"].format(graded=graded)


def view_of(out: IO[str]) -> View:
    """Return a table for a terminal, and lines for everything else."""
    return LiveTable(out, language()) if out.isatty() else Lines(out, language())


class Watch:
    """A class that is being watched.

    Args:
        room: the class.
        stems: the topics.
        grade: grades what some students have handed in.
        inbound: the class's inbox in nbgrader's exchange, if it has one.
        view: where results are shown; standard output, by default.
        still: seconds that a submission must stay as it is.

    """

    def __init__(
        self,
        room: ClassDirectory,
        stems: Sequence[str],
        grade: Grade,
        inbound: Inbound | None = None,
        view: View | None = None,
        still: float = STILL,
    ) -> None:
        self.room, self.stems, self.grade, self.inbound = room, stems, grade, inbound
        self.view = view or view_of(sys.stdout)
        self.graded = 0
        self._settling = Settling(still)
        self._waiting: set[str] = set()
        """Students whose work has settled and is not graded yet."""
        self._seen: dict[tuple[str, str], tuple[str, str]] = {}
        """By topic and student, the file and the status that were shown last."""
        self._notes: list[Text] = []

    def run(self) -> Never:
        """Look again and again, until interrupted."""
        while True:
            begun = time.monotonic()
            self.look()
            time.sleep(max(PAUSE, REST * min(time.monotonic() - begun, PAUSE)))

    def look(self) -> None:
        """Collect, grade what has settled, show it."""
        collected = self.inbound.collect(self.stems) if self.inbound else []
        if collected:
            self._notes = collected
        self._waiting.update(self._settling.look(stamps_of(self.room.submitted)))
        if not self._waiting:
            self._show([])
        while self._waiting:
            batch = sorted(self._waiting)[:MOST_AT_ONCE]
            self._show([])
            try:
                self.grade(batch)
            except BusyError as busy:
                self._show([], [busy.text])
                return
            except CourseError as problem:
                self._notes = [*collected, _without_count(problem.text)]
            except Exception as problem:  # noqa: BLE001 - whatever one submission does, the others are graded
                self._notes = [*collected, said(problem)]
            else:
                self._notes = collected
            self._waiting.difference_update(batch)
            rows = list(self._news(batch))
            self.graded += len(rows)
            self._show(rows)

    def _news(self, students: Sequence[str]) -> Iterator[TableRow]:
        """What has been graded of these students and is not what was shown before, the oldest first."""
        found = []
        for student in students:
            for stem in self.stems:
                if not self.room.submission(stem, student).is_dir():
                    continue
                record = verdicts.load(self.room, stem, student)
                if record is None or not record.history:
                    continue
                attempt = record.history[-1]
                if self._seen.get((stem, student)) != (attempt.file, attempt.status):
                    self._seen[stem, student] = (attempt.file, attempt.status)
                    found.append(TableRow(student, stem, attempt))
        return iter(sorted(found, key=lambda row: row.attempt.at))

    def _show(self, rows: Sequence[TableRow], more: Sequence[Text] = ()) -> None:
        waiting = len(self._waiting) + self._settling.waiting
        heading = TEXTS["heading"].format(graded=self.graded, waiting=waiting)
        self.view.show(heading, rows, [*more, *self._notes])
