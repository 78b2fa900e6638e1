"""Choose what the next lecture should spend five minutes on: the mistakes that hold most students up for longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from course.classroom.history import Attempt

MOST = 3
"""Mistakes that are chosen; a lecture has no time for more."""
FEWEST = 2
"""Students whom a mistake must hold up; one is better served by a word of their own."""
LONGEST = timedelta(days=14)
"""Longest time that one student counts: whoever is silent for months is not waiting for this lecture."""
SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A mistake of one topic that students do not get past."""

    stem: str
    mistake: str
    """Its id in the catalogue."""
    students: int
    """Whose newest submission has not passed and shows it for certain."""
    days: float
    """How long it has held them up so far, on average; see `held_for`."""

    @property
    def cost(self) -> float:
        """Student-days: what the choice goes by."""
        return self.students * self.days


def obstacles(histories: Mapping[str, Iterable[Sequence[Attempt]]], newest: datetime) -> tuple[Obstacle, ...]:
    """Return the mistakes that cost the class most student-days, the most expensive first.

    Args:
        histories: by topic, the attempts of each student, oldest first.
        newest: when the class's newest submission was handed in.

    Returns:
        At most `MOST`, none twice; none that holds up fewer than `FEWEST` students.

    """
    held: dict[tuple[str, str], list[timedelta]] = {}
    for stem, students in histories.items():
        for attempts in students:
            for mistake in () if attempts[-1].passed else attempts[-1].mistakes:
                held.setdefault((stem, mistake), []).append(held_for(attempts, mistake, newest))
    found = [
        Obstacle(*place, students=len(times), days=sum(times, timedelta()) / len(times) / timedelta(days=1))
        for place, times in held.items()
        if len(times) >= FEWEST
    ]
    found.sort(key=lambda each: (-each.cost, each.stem, each.mistake))
    first: dict[str, Obstacle] = {}
    for each in found:
        first.setdefault(each.mistake, each)  # one mistake is one slide, whatever topics it is made in
    return tuple(first.values())[:MOST]


def held_for(attempts: Sequence[Attempt], mistake: str, newest: datetime) -> timedelta:
    """Return for how long a student has not got past a mistake, within `SHORTEST` and `LONGEST`.

    The time runs from the first submission of those that show it without a break up to the newest one.

    Args:
        attempts: the student's, oldest first; the newest shows the mistake.
        mistake: its id.
        newest: when the class's newest submission was handed in.

    Returns:
        The time.

    """
    since = attempts[-1].at
    for each in reversed(attempts):
        if mistake not in each.mistakes:
            break
        since = each.at
    return min(max(newest - since, SHORTEST), LONGEST)
