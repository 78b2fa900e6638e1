"""Show what has just been graded: a table that is drawn again in its place, or a line each where nobody is looking."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from course.classroom import names
from course.classroom.survey import OTHERWISE, described, shown_by
from course.grading.render import STATUS
from course.text import Text, cut, texts, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.classroom.history import Attempt
    from course.text import Lang

TEXTS = texts(__file__)

HEAD = (TEXTS["student"], TEXTS["topic"], TEXTS["status"], TEXTS["when"], TEXTS["mistake"])
STUDENT, TOPIC = 18, 10
"""Columns of the terminal that a student's name and a topic may take."""
NARROWEST = 40
UP, CLEAR = "\x1b[{lines}F", "\x1b[J"
MOST_KEPT = 500
"""Rows that are kept for a terminal that is made larger."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One graded submission, as the table shows it."""

    student: str
    stem: str
    attempt: Attempt

    def cells(self, lang: Lang) -> list[str]:
        """Format the row: student, topic, status, when, mistake."""
        status = STATUS.get(self.attempt.status) or OTHERWISE[self.attempt.status]
        when = f"{self.attempt.at.astimezone():%m-%d %H:%M}"
        return [names.shown(self.student), self.stem, status[lang], when, self.mistake()[lang] if self._says() else ""]

    def _says(self) -> bool:
        return bool(self.attempt.mistakes or self.attempt.alternatives or self.attempt.status == "wrong")

    def mistake(self) -> Text:
        """Say what was recognised; that nothing was, if so."""
        certain, possible = shown_by(self.attempt)
        if possible:
            found = Text.joined((described(self.stem, name)[0] for name in sorted(possible)), en=" / ", zh=" / ")
            return TEXTS["one-of"].format(mistakes=found)
        if not certain - set(OTHERWISE):
            return TEXTS["unknown"]
        return Text.joined((described(self.stem, name)[0] for name in sorted(certain)), en=" + ", zh=" + ")


class Lines:
    """One line a submission, for a file or a pipe.

    Args:
        out: where to.
        lang: the reader's language.

    """

    def __init__(self, out: IO[str], lang: Lang) -> None:
        self.out, self.lang = out, lang
        self._notes: tuple[str, ...] = ()

    def show(self, heading: Text, rows: Sequence[TableRow], notes: Sequence[Text]) -> None:
        """Write what is new.

        Args:
            heading: what is being watched; written once, with the first call.
            rows: what has just been graded, the oldest first.
            notes: what cannot be graded now, and why; written when it has changed.

        """
        del heading
        for row in rows:
            print("  ".join(filter(None, row.cells(self.lang))), file=self.out)
        told = tuple(note[self.lang] for note in notes)
        if told != self._notes:
            for line in told:
                print(line, file=self.out)
            self._notes = told
        self.out.flush()


class LiveTable:
    """The newest submissions on top, drawn again only when something has changed.

    Args:
        out: a terminal.
        lang: the reader's language.

    """

    def __init__(self, out: IO[str], lang: Lang) -> None:
        self.out, self.lang = out, lang
        self._rows: list[TableRow] = []
        self._drawn: list[str] = []

    def show(self, heading: Text, rows: Sequence[TableRow], notes: Sequence[Text]) -> None:
        """Draw the table.

        Args:
            heading: the line above it.
            rows: what has just been graded, the oldest first.
            notes: what cannot be graded now, and why; below the table.

        """
        self._rows = [*reversed(rows), *self._rows][:MOST_KEPT]
        across, down = shutil.get_terminal_size()
        lines = self.lines(heading, notes, max(across - 1, NARROWEST), max(down - 1, 6))
        if lines == self._drawn:
            return
        back = UP.format(lines=len(self._drawn)) if self._drawn else ""
        self.out.write(back + CLEAR + "".join(f"{line}\n" for line in lines))
        self.out.flush()
        self._drawn = lines

    def lines(self, heading: Text, notes: Sequence[Text], across: int, down: int) -> list[str]:
        """Lay the table out.

        Args:
            heading: the line above it.
            notes: the lines below it.
            across: columns of the terminal.
            down: lines of the terminal.

        Returns:
            At most `down` lines of at most `across` columns: none is broken by the terminal, so that it can be drawn
            again in its place.

        """
        below = [line for note in notes for line in note[self.lang].splitlines() if line.strip()][: down // 2]
        left = down - 2 - len(below)
        cells = [[text[self.lang] for text in HEAD], *(row.cells(self.lang) for row in self._rows[: max(left, 1)])]
        for row in cells:
            row[0], row[1] = cut(row[0], STUDENT), cut(row[1], TOPIC)
        widths = [max(width(row[i]) for row in cells) for i in range(len(HEAD))]
        laid = ["  ".join(text + " " * (widths[i] - width(text)) for i, text in enumerate(row)) for row in cells]
        table = laid if self._rows else []
        return [cut(line.rstrip(), across) for line in [heading[self.lang], *table, *below]][:down]
