"""Cut the time that a class has taken into the columns of a chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MOST_SPANS = 31
"""Columns of a chart over time."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of a chart over time: from `start` on, `days` of them."""

    start: date
    days: int

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.start + timedelta(days=self.days - 1)


def spans_of(days: Sequence[date], steps: Sequence[int] = (1, 7, 28, 91, 364)) -> tuple[Span, ...]:
    """Cut these days into spans, the shortest of which few enough go from the first day to the last.

    Args:
        days: when something happened, in any order; one day at least.
        steps: the lengths to choose from, in days, the shortest first. Spans longer than a day begin on a Monday.

    Returns:
        The spans, without gaps.

    """
    first, last = min(days), max(days)
    for step in steps:
        start = first if step == 1 else first - timedelta(days=first.weekday())
        if (last - start).days < step * MOST_SPANS:
            break
    return tuple(Span(start + timedelta(days=n), step) for n in range(0, (last - start).days + 1, step))


def weeks_of(days: Sequence[date]) -> tuple[Span, ...]:
    """Cut these days into weeks, or into longer spans where weeks are too many for a chart."""
    return spans_of(days, (7, 28, 91, 364))


def day_of(at: datetime) -> date:
    """Return the day where the report is read."""
    return at.astimezone().date()


def place(spans: Sequence[Span], at: datetime) -> int:
    """Return the index of the span that a time lies in.

    Args:
        spans: the spans, without gaps.
        at: a time, with a time zone.

    Returns:
        The index; one of the spans' if the time lies in any.

    """
    return (day_of(at) - spans[0].start).days // spans[0].days
