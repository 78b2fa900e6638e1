"""A case of a tuner: its range, its budget, and a task that stays with the judge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from course.grading.case import Case

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array

DEFAULTS = {"low": 1e-4, "high": 1.0, "budget": 16, "looks": 1}
"""The hyperparameters of every tuner; they are part of the contract."""

BAR = 0.1
"""The largest regret that passes: the loss at the rate that was found is at most ten per cent above the lowest."""

NEVER, NO_RATE = 400.0, 500.0
"""Where a path has no number: nothing was asked any more; what was asked has no logarithm. No rate has one as large."""


class Losses(Protocol):
    """What a task can tell."""

    def run(self, rate: float, before: Sequence[float]) -> float:
        """Return what one run reports.

        Args:
            rate: the learning rate.
            before: the rates of all earlier runs.

        Returns:
            The loss.

        """

    def regret(self, rate: float) -> float:
        """Return by what share the mean loss at this rate is above the lowest."""


@dataclass(frozen=True, kw_only=True)
class TunerCase(Case):
    """One search for a rate.

    Its path is one column of powers of ten: the rate that was returned, then those that were asked for, in order, with
    one more place than the budget has, for the first that was too many.
    """

    task: Losses
    bar: float = BAR
    params: tuple[Array, ...] = (np.zeros(()),)
    grads: tuple[tuple[Array, ...], ...] = ()

    @property
    def settings(self) -> Mapping[str, float]:
        """Every hyperparameter, those too that are not given."""
        return DEFAULTS | self.hyperparameters

    @property
    def budget(self) -> int:
        """How many losses may be asked for."""
        return int(self.settings["budget"])

    @property
    def noisy(self) -> bool:
        """Whether every run has a seed of its own, so that a second one at a rate has another loss."""
        return self.settings["looks"] > 1

    @property
    def steps(self) -> int:
        """How long its path is."""
        return self.budget + 2

    def path(self, asked: Sequence[float], found: float | None) -> Array:
        """Return the path of a tuner.

        Args:
            asked: the rates, in order; one more than the budget at most.
            found: the rate that was returned; None for none.

        Returns:
            Shape (steps,).

        """
        column = np.full(self.steps, NEVER)
        column[0] = NEVER if found is None else power(found)
        column[1 : 1 + len(asked)] = [power(rate) for rate in asked]
        return column


def of_a_tuner(case: Case) -> TunerCase:
    """Return the same case, as what every case of a tuner's topic is."""
    assert isinstance(case, TunerCase)  # noqa: S101 - for the type checker: of this kind no other is made
    return case


def usable(rate: float) -> bool:
    """Return whether this can be a learning rate: a positive, finite number."""
    return 0 < rate < math.inf


def power(rate: float) -> float:
    """Return the logarithm of a rate to base ten, or what a path has instead."""
    return math.log10(rate) if usable(rate) else NO_RATE
