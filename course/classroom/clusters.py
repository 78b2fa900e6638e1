"""Group the wrong files that no known mistake explains and that compute the same: one mistake that is not known yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading.case import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from course.classroom.history import Attempt
    from course.classroom.record import Record
    from course.grading.verdict import Verdict
    from course.text import Text

SMALLEST = 2
"""Students who make a group; one alone may have slipped in any way."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a path that no known mistake makes; all empty if there is no verdict to tell."""

    right: tuple[Text, ...] = ()
    """Titles of the core cases that come out right."""
    wrong: tuple[Text, ...] = ()
    """And of those that do not."""
    first: Text | None = None
    """The first number that is wrong."""
    findings: tuple[Text, ...] = ()
    """What was found true of the rule, though it is no known mistake."""


@dataclass(frozen=True, slots=True)
class SamePath:
    """Students whose files took one and the same unexplained path through all public cases."""

    fingerprint: str
    students: int
    """How many took it, in any submission."""
    still: tuple[str, ...]
    """Who still takes it, in the newest one; the first of them is named, but only with `--names`."""
    since: datetime
    """When the first of them handed it in."""
    known: Known = Known()
    """Empty where no newest submission takes the path any more."""

    @property
    def now(self) -> int:
        """How many still take it."""
        return len(self.still)


def clusters(
    histories: Mapping[str, Sequence[Attempt]], record_of: Callable[[str], Record | None]
) -> tuple[SamePath, ...]:
    """Group the students of one topic by unexplained path.

    Args:
        histories: by student, the attempts, oldest first.
        record_of: reads what is stored of a student's newest submission; asked once for each group.

    Returns:
        The groups of `SMALLEST` students at least, the largest first.

    """
    ever: dict[str, list[str]] = {}
    now: dict[str, list[str]] = {}
    since: dict[str, datetime] = {}
    for student in sorted(histories):
        attempts = histories[student]
        for attempt in attempts:
            if attempt.fingerprint:
                since[attempt.fingerprint] = min(attempt.at, since.get(attempt.fingerprint, attempt.at))
        for fingerprint in dict.fromkeys(each.fingerprint for each in attempts if each.fingerprint):
            ever.setdefault(fingerprint, []).append(student)
        if attempts[-1].fingerprint:
            now.setdefault(attempts[-1].fingerprint, []).append(student)
    found = []
    for fingerprint, students in ever.items():
        if len(students) >= SMALLEST:
            still = tuple(now.get(fingerprint, ()))
            record = record_of(still[0]) if still else None
            same = record is not None and record.verdict.fingerprint == fingerprint
            known = known_of(record.verdict) if record and same else Known()
            found.append(SamePath(fingerprint, len(students), still, since[fingerprint], known))
    return tuple(sorted(found, key=lambda each: (-each.students, -each.now, each.fingerprint)))


def alone(histories: Mapping[str, Sequence[Attempt]]) -> int:
    """Count the students whose newest file is wrong in a way that is nobody else's and no known mistake.

    Args:
        histories: by student, the attempts, oldest first.

    Returns:
        How many there are.

    """
    ever = Counter(name for attempts in histories.values() for name in {each.fingerprint for each in attempts})
    newest = [attempts[-1].fingerprint for attempts in histories.values()]
    return sum(ever[each] < SMALLEST for each in newest if each)


def known_of(verdict: Verdict) -> Known:
    """Return what a verdict on an unexplained path tells of it.

    Args:
        verdict: on a file that takes the path.

    Returns:
        What is known; nothing of it comes from a hidden case.

    """
    core = [case for case in verdict.cases if not (case.stretch or case.fresh or case.id.startswith(HIDDEN))]
    start = verdict.first_difference.case if verdict.first_difference else None
    return Known(
        right=tuple(case.title for case in core if case.passed),
        wrong=tuple(case.title for case in core if not case.passed),
        first=next((case.reason for case in core if case.id == start), None),
        findings=tuple(each.text for each in verdict.findings),
    )
