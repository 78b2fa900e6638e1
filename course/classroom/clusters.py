"""Group the wrong files that no known mistake explains and that compute the same: one mistake that is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading.case import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.classroom.history import Attempt
    from course.grading.verdict import Verdict
    from course.text import Text

SMALLEST = 2
"""Students who make a group; one alone may have slipped in any way."""


@dataclass(frozen=True, slots=True)
class SamePath:
    """Students whose files took one and the same unexplained path through all public cases."""

    fingerprint: str
    students: int
    """Who took it, in any submission."""
    now: int
    """Who still takes it, in the newest one."""
    example: str
    """One of them, shown only with `--names`; somebody who still takes it, if anybody does."""
    right: tuple[Text, ...] = ()
    """Titles of the core cases that come out right."""
    wrong: tuple[Text, ...] = ()
    """And of those that do not."""
    first: Text | None = None
    """The first number that is wrong; None where no newest submission takes the path any more."""


def clusters(
    histories: Mapping[str, Sequence[Attempt]], verdict_of: Callable[[str], Verdict | None]
) -> tuple[SamePath, ...]:
    """Group the students of one topic by unexplained path.

    Args:
        histories: by student, the attempts, oldest first.
        verdict_of: reads the stored verdict on a student's newest submission; asked once for each group.

    Returns:
        The groups of `SMALLEST` students at least, the largest first.

    """
    ever: dict[str, list[str]] = {}
    now: dict[str, list[str]] = {}
    for student in sorted(histories):
        attempts = histories[student]
        for fingerprint in dict.fromkeys(each.fingerprint for each in attempts if each.fingerprint):
            ever.setdefault(fingerprint, []).append(student)
        if attempts[-1].fingerprint:
            now.setdefault(attempts[-1].fingerprint, []).append(student)
    found = [
        _cluster(fingerprint, students, now.get(fingerprint, ()), verdict_of)
        for fingerprint, students in ever.items()
        if len(students) >= SMALLEST
    ]
    return tuple(sorted(found, key=lambda each: (-each.students, -each.now, each.fingerprint)))


def _cluster(
    fingerprint: str, students: Sequence[str], now: Sequence[str], verdict_of: Callable[[str], Verdict | None]
) -> SamePath:
    example = (*now, *students)[0]
    verdict = verdict_of(example) if now else None
    if verdict is None or verdict.fingerprint != fingerprint:
        return SamePath(fingerprint, len(students), len(now), example)
    core = [case for case in verdict.cases if not (case.stretch or case.fresh or case.id.startswith(HIDDEN))]
    start = verdict.first_difference.case if verdict.first_difference else None
    return SamePath(
        fingerprint,
        len(students),
        len(now),
        example,
        right=tuple(case.title for case in core if case.passed),
        wrong=tuple(case.title for case in core if not case.passed),
        first=next((case.reason for case in core if case.id == start), None),
    )
