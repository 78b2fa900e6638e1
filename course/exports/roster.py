"""A gradebook that Canvas has exported, with our marks filled in: its numbers, its columns, and nothing of it lost."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.exports.spreadsheets import POINTS, cell, number, table
from course.text import CourseError, texts
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.exports.spreadsheets import Sheet, Student

TEXTS = texts(__file__)

KEYS = ("ID", "SIS Login ID", "SIS User ID")
"""The columns that tell who a student is; the name only where none of them does."""


@dataclass(frozen=True)
class Filled:
    """The filled table, and what did not fit."""

    text: str
    strangers: tuple[str, ...]
    """Students with marks whom the table does not have."""
    other_worth: tuple[str, ...]
    """Columns that are worth other points there than here."""


def fill(sheet: Sheet, exported: str) -> Filled:
    """Fill the marks of a class into a gradebook of Canvas's.

    Of the assignments only ours are kept. What has no mark here stays as it is there: an empty cell would empty it.

    Args:
        sheet: the marks.
        exported: the text of the file that Canvas has exported.

    Returns:
        The text of the file to import, and what did not fit.

    Raises:
        CourseError: that is no such file.

    """
    head, *rows = _rows(exported)
    told = head[: head.index("Section") + 1]
    columns = {stem: _column(head, stem) for stem in sheet.worth}
    points = next((row for row in rows if POINTS in row[0]), None)
    students = [row for row in rows if POINTS not in row[0] and any(row[: len(told)])]
    found = _matched(sheet.students, told, students)
    worth = {stem: _there(points, columns[stem]) or number(each) for stem, each in sheet.worth.items()}
    filled = [
        [*told, *(head[at] if (at := columns[stem]) is not None else stem for stem in sheet.worth)],
        [f"    {POINTS}", *[""] * (len(told) - 1), *worth.values()],
    ]
    for i, row in enumerate(students):
        student = found.get(i)
        marks = [(sheet.points(student, stem) if student else "") or _there(row, columns[stem]) for stem in sheet.worth]
        filled.append([*map(cell, row[: len(told)]), *marks])
    matched = {each.id for each in found.values()}
    marked = {student for student, _ in sheet.marks}
    return Filled(
        table(filled),
        tuple(each.id for each in sheet.students if each.id in marked - matched),
        tuple(stem for stem, each in worth.items() if _differs(each, sheet.worth[stem])),
    )


def _rows(exported: str) -> list[list[str]]:
    """The rows, each as long as the first; Canvas separates with semicolons where commas make decimals."""
    first = exported.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(exported, newline=""), delimiter=mark) if any(row)]
    except csv.Error as problem:
        raise CourseError(TEXTS["no-gradebook"]) from problem
    if not rows or len(rows[0]) < 3 or "Student" not in rows[0][0] or "Section" not in rows[0] or "ID" not in rows[0]:
        raise CourseError(TEXTS["no-gradebook"])
    return [(row + [""] * len(rows[0]))[: len(rows[0])] for row in rows]


def _column(head: Sequence[str], stem: str) -> int | None:
    """Where a topic's column is: called by its stem or a title, with or without Canvas's number."""
    topic = Topic.load(stem)
    names = {each.casefold() for each in (stem, topic.title.en, topic.title.zh)}
    begin = head.index("Section") + 1
    for at, name in enumerate(head[begin:], begin):
        title, _, rest = name.rpartition(" (")
        if name.casefold() in names or (rest.rstrip(")").isdecimal() and title.casefold() in names):
            return at
    return None


def _matched(students: Sequence[Student], head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, Student]:
    """Who is in which row: by the number, by the login, then by a name that only one has."""
    by_key: dict[tuple[str, str], Student] = {}
    for each in students:
        by_key |= {("ID", each.lms_id): each, ("SIS Login ID", each.id): each, ("SIS User ID", each.id): each}
    found: dict[int, Student] = {}
    for i, row in enumerate(rows):
        told: Mapping[str, str] = dict(zip(head, row, strict=False))
        keys = [(key, told[key].strip()) for key in KEYS if told.get(key, "").strip()]
        student = next((by_key[key] for key in keys if key in by_key), None)
        if student:
            found[i] = student
    # A name that two have, here or there, is nobody's: a mark must not go to the wrong one.
    known = {each.id for each in found.values()}
    named, called = defaultdict[str, list[int]](list), Counter(each.sortable for each in students)
    for i, row in enumerate(rows):
        named[row[0].strip()].append(i)
    for each in students:
        same = {*named[each.sortable], *named[_whole(each)]}
        if each.id not in known and called[each.sortable] == 1 and len(same) == 1 and not same & found.keys():
            found[same.pop()] = each
    return found


def _whole(student: Student) -> str:
    return f"{student.first_name} {student.last_name}".strip() or student.id


def _there(row: Sequence[str] | None, at: int | None) -> str:
    """What a row of Canvas's has in a column: a number, a letter, EX or a dash, or a text that nothing computes."""
    if row is None or at is None:
        return ""
    told = row[at].strip()
    return told if re.fullmatch(r"-?|-?[\d.,]+%?|[A-Za-z]+[+-]?", told) else cell(told)


def _differs(told: str, points: float) -> bool:
    try:
        return float(told.replace(",", ".")) != points
    except ValueError:
        return True
