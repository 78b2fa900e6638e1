"""Compare the groups of a class, as `groups.csv` in its directory names them: a line a student, `student,group`.

nbgrader's student table has names and addresses but no groups; a file with two columns is what every spreadsheet and
every learning platform exports.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.text import CourseError, texts, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from course.classroom.directory import ClassDirectory

TEXTS = texts(__file__)

FILE = "groups.csv"
LARGEST_FILE = 16 * 2**20
"""Bytes; a line of a hundred thousand students has some thirty."""
LONGEST_NAME = 60
"""Characters of a group's name that are shown."""
FEWEST = 5
"""Students of a group that is shown by itself: in a smaller one, figures tell of persons."""
MOST_GROUPS = 30
"""Groups that are shown; the smaller ones are counted together."""
MORE_OFTEN = 0.1
"""By how much a mistake must be more frequent in a group than in the class to be named."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group's figures on one topic, in students."""

    name: str
    """Empty for all who are in no group or in one too small to be shown."""
    handed_in: int
    passed: int
    stuck: int
    often: str = ""
    """Id of what this group shows more often than the class does; empty if there is nothing."""
    often_here: int = 0
    """Who in this group has shown it."""
    often_all: int = 0
    """Who in the class has."""


def read(room: ClassDirectory) -> dict[str, str]:
    """Read which group each student is in.

    Args:
        room: the class.

    Returns:
        The group's name by student; empty if the class has no `groups.csv`.

    Raises:
        CourseError: the file cannot be read; the sentence names the line.

    """
    path = room.root / FILE
    if not path.exists():
        return {}
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CourseError(TEXTS["too-large"].format(path=path))
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as problem:
        raise CourseError(TEXTS["encoding"].format(path=path)) from problem
    except OSError as problem:
        raise CourseError(TEXTS["unreadable"].format(path=path, reason=problem.strerror)) from problem
    first = lines[0] if lines else ""
    delimiter = next((each for each in "\t;" if each in first), ",")
    return _parsed(path, lines, delimiter)


def _parsed(path: Path, lines: Sequence[str], delimiter: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in rows:
            row = [each.strip() for each in cells]
            if not any(row) or (not found and [each.lower() for each in row[:2]] == ["student", "group"]):
                continue
            if len(row) < 2 or not row[0]:
                raise CourseError(TEXTS["line"].format(path=path, line=rows.line_num))
            if found.setdefault(row[0], row[1]) != row[1]:
                raise CourseError(
                    TEXTS["twice"].format(path=path, line=rows.line_num, student=visible(row[0])[:LONGEST_NAME])
                )
    except csv.Error as problem:
        raise CourseError(TEXTS["line"].format(path=path, line=rows.line_num)) from problem
    return found


def compared(
    group_of: Mapping[str, str],
    handed_in: Sequence[str],
    passed: frozenset[str],
    stuck: frozenset[str],
    shown: Mapping[str, frozenset[str]],
) -> tuple[Group, ...]:
    """Count one topic by group.

    Args:
        group_of: the group's name by student.
        handed_in: the students who handed in the topic.
        passed: those whose newest submission passed.
        stuck: those who are stuck.
        shown: by id, the students who have shown a mistake, or a status, for certain.

    Returns:
        The groups, by name, and at the end, under the empty name, everybody else; empty if there is no second group.

    """
    sizes = Counter(group_of.get(student, "") for student in handed_in)
    large = [name for name, size in sizes.most_common() if name and size >= FEWEST][:MOST_GROUPS]
    members: dict[str, set[str]] = {name: set() for name in [*sorted(large), ""]}
    for student in handed_in:
        name = group_of.get(student, "")
        members[name if name in members else ""].add(student)
    if len(members[""]) < FEWEST:
        del members[""]
    if len(members) < 2:
        return ()
    whole = len(handed_in)
    found = []
    for name, students in members.items():
        excess = {
            each: len(students & who) / len(students) - len(who) / whole
            for each, who in shown.items()
            if len(students & who) >= FEWEST
        }
        often = max(sorted(excess), key=lambda each: excess[each], default="")
        if not often or excess[often] < MORE_OFTEN:
            often = ""
        found.append(
            Group(
                name=visible(name)[:LONGEST_NAME],
                handed_in=len(students),
                passed=len(students & passed),
                stuck=len(students & stuck),
                often=often,
                often_here=len(students & shown[often]) if often else 0,
                often_all=len(shown[often]) if often else 0,
            )
        )
    return tuple(found)
