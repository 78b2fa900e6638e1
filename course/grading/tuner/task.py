"""A task of a tuner: what loss a run ends with at which learning rate. The file that is judged never has it.

Along the axis of powers of ten the curve has what real sweeps have: a plateau on the left, where the rate is too small
to leave the start, a valley, a steeper rise on the right of it, and a cliff from where runs diverge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LUCK = 0.8
"""What a lucky run among unstable ones ends with, as a share of the lowest mean."""
SAME = 0.01
"""Rates that differ by less than this share are one."""


@dataclass(frozen=True)
class Curve:
    """One curve of losses over learning rates, and the noise of single runs."""

    centre: float
    """log10 of the best rate."""
    lowest: float
    """The loss there."""
    start: float
    """The loss on the plateau."""
    left: float
    """Width of the valley's left side, in powers of ten: so far from the centre the loss is e times the lowest, or
    would be if there were no plateau."""
    right: float
    """And of its right side."""
    cliff: float
    """From so many powers of ten right of the centre on, runs diverge."""
    diverged: float = math.inf
    """What a run reports that has diverged: infinity or NaN."""
    noise: tuple[float, ...] = ()
    """What is added to the logarithm of the loss, run by run; empty for none."""
    unstable: float = math.inf
    """From so many powers of ten right of the centre on, the first run at a rate is lucky and every other one diverges;
    the mean is infinite there."""
    digits: int | None = None
    """To how many digits after the point a run reports its loss; None for all."""

    def loss(self, rate: float) -> float:
        """Return the loss that runs at this rate end with on average, infinite where they diverge."""
        away = math.log10(rate) - self.centre
        if away >= min(self.cliff, self.unstable):
            return math.inf
        height = math.log(self.start / self.lowest)
        steep = (away / (self.left if away < 0 else self.right)) ** 2
        return self.lowest * math.exp(height * -math.expm1(-steep / height))

    def run(self, rate: float, before: Sequence[float]) -> float:
        """Return what one run reports.

        Args:
            rate: the learning rate.
            before: the rates of all earlier runs.

        Returns:
            The loss.

        """
        loss, number = self.loss(rate), len(before)
        if self.unstable <= math.log10(rate) - self.centre < self.cliff:
            again = any(math.isclose(rate, each, rel_tol=SAME) for each in before)
            loss = math.inf if again else LUCK * self.lowest
        if loss == math.inf:
            return self.diverged
        loss *= math.exp(self.noise[number % len(self.noise)]) if self.noise else 1.0
        return loss if self.digits is None else round(loss, self.digits)

    def regret(self, rate: float) -> float:
        """Return by what share the loss at this rate is above the lowest: 0.05 is five per cent."""
        return self.loss(rate) / self.lowest - 1
