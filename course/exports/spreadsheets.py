"""Tables of marks: the gradebook's CSV of Canvas, and one for Moodle's import.

What a student, or whoever named a folder, has written is text here and never a formula, whichever spreadsheet opens it
on the way. A mark that is not there is an empty cell and not a zero; where the platform has one by hand, that empties
it. `roster` fills a gradebook of Canvas's in which nothing is lost.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from course.exports import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""How a cell begins that a spreadsheet would compute, or that would be read as the end of a row."""

POINTS = "Points Possible"
"""By these words Canvas knows the row that says what each assignment is worth."""


@dataclass(frozen=True, slots=True)
class Student:
    """Who has marks: what the gradebook knows, "" for what it does not."""

    id: str
    """The name of the folder in `submitted/`."""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    """The number that the learning platform has given."""

    @property
    def sortable(self) -> str:
        """The name as Canvas sorts it."""
        return ", ".join(filter(None, (self.last_name, self.first_name))) or self.id


@dataclass(frozen=True, slots=True)
class Mark:
    """What one student has for one topic."""

    points: float | None
    """None while somebody has to mark a part of it by hand."""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The marks of a class."""

    students: Sequence[Student]
    worth: Mapping[str, float]
    """The points of each topic, in the order of the columns."""
    marks: Mapping[tuple[str, str], Mark]
    """By student and topic; what was not handed in is not there."""

    def points(self, student: Student, stem: str) -> str:
        """Format a mark; "" if there is none.

        Args:
            student: whose.
            stem: the topic.

        Returns:
            The points, with a point for the decimals.

        """
        mark = self.marks.get((student.id, stem))
        return "" if mark is None or mark.points is None else number(mark.points)


def canvas(sheet: Sheet) -> str:
    """Return the text of a file for Canvas: *Grades → Import*.

    Canvas finds a student by its own number, else by the login, else by the name, and makes an assignment of every
    column that it does not know.
    """
    stems = list(sheet.worth)
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *stems],
        [f"    {POINTS}", "", "", "", "", *(number(sheet.worth[stem]) for stem in stems)],
    ]
    for each in sheet.students:
        name = each.sortable.replace(POINTS, "-".join(POINTS.split()))
        told = (name, each.lms_id, "", each.id, "")
        rows.append([*map(cell, told), *(sheet.points(each, stem) for stem in stems)])
    return table(rows)


def moodle(sheet: Sheet) -> str:
    """Return the text of a file for Moodle: *Grades → Import → CSV file*.

    A mark and its feedback are in columns side by side, because Moodle drops the marks of an item whose feedback is
    imported alone. Feedback is text that Moodle may take for HTML.
    """
    head = ["Username", "First name", "Last name", "Email address"]
    rows = [[*head, *(name for stem in sheet.worth for name in (stem, f"{stem} (feedback)"))]]
    for each in sheet.students:
        row = [cell(told) for told in (each.id, each.first_name, each.last_name, each.email)]
        for stem in sheet.worth:
            mark = sheet.marks.get((each.id, stem))
            row += [sheet.points(each, stem), cell(escape(mark.feedback, quote=False)) if mark else ""]
        rows.append(row)
    return table(rows)


def cell(text: str) -> str:
    r"""Return somebody else's text as a cell that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("Ada"), cell(" @x")
    ("'=1+1", 'Ada', "' @x")
    """
    shown = words.plain(text)
    return f"'{shown}" if shown.startswith(FORMULA) or shown.lstrip().startswith(FORMULA) else shown


def number(points: float) -> str:
    """Format points, to four decimals at most."""
    return f"{round(points, 4):.10g}"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
