"""One search of a tuner, counted: its budget grants a loss or refuses it, wherever the tuner runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading import wire
from course.grading.tuner.case import usable

if TYPE_CHECKING:
    from course.grading.tuner.case import TunerCase


@dataclass(frozen=True)
class Search(wire.Answer):
    """One search of a tuner."""

    asked: tuple[float, ...] = ()
    """The rates that it asked for, in order; the first that was beyond the budget is among them, no later one is."""
    losses: tuple[float, ...] = ()
    """What it was told."""
    found: float | None = None
    """The rate that it returned; None if that was no number, or nothing was returned."""


class SearchRuns:
    """The runs of one search, as they come.

    Args:
        case: what is searched.

    """

    def __init__(self, case: TunerCase) -> None:
        self.case = case
        self.asked: list[float] = []
        self.losses: list[float] = []

    def run(self, rate: float) -> float | None:
        """Run once, as long as the budget lasts; refuse every later run, and keep the first of them.

        Args:
            rate: the learning rate that is asked for.

        Returns:
            The loss, NaN for what is no rate; None if it is refused.

        """
        granted, loss = len(self.asked) < self.case.budget, None
        if granted:
            loss = self.case.task.run(rate, self.asked) if usable(rate) else math.nan
            self.losses.append(loss)
        if len(self.asked) <= self.case.budget:
            self.asked.append(rate)
        return loss

    def ended(self, found: float | None, problem: dict[str, Any] | None = None) -> Search:
        """Return what is known of the search, put together.

        Args:
            found: the rate that was returned.
            problem: why there is none. That the budget is spent comes first: what follows a refusal follows from it.

        Returns:
            The search, with its path.

        """
        if len(self.asked) > self.case.budget:
            problem = {"kind": "over-budget"}
        path = self.case.path(self.asked, found)
        return Search(len(path), (path,), {}, problem, tuple(self.asked), tuple(self.losses), found)
