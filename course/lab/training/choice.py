"""Choose a learning rate on some seeds, judge it on others, and look beyond the edge of the grid where the best lies.

Whoever picks the best of many rates and reports its loss on the same seeds reports luck as well; on fresh seeds it is
gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
Array = np.ndarray[Any, np.dtype[np.float64]]

CHOOSING, JUDGING = 2, 6
"""How many seeds choose a rate, and how many others judge it: six are the fewest that can be significant."""
FIRST_TO_CHOOSE = 1000
"""Seeds from here on choose, those from 0 on judge."""
WIDENINGS = 3
"""So many rates are added at most."""


@dataclass(frozen=True)
class Tuning(Generic[T]):
    """What came of every run."""

    lrs: tuple[float, ...]
    """All rates tried, from the smallest to the largest."""
    tried: tuple[tuple[T, ...], ...]
    """By rate, the runs on the seeds that choose."""
    judged: tuple[T, ...]
    """The runs at the best rate on the seeds that judge."""
    added: tuple[float, ...]
    """The rates that were not in the grid."""
    best: int
    """The place of the best rate."""

    @property
    def lr(self) -> float:
        """The best rate."""
        return self.lrs[self.best]


def tune(
    run: Callable[[float, int], T],
    loss: Callable[[T], float],
    lrs: Sequence[float],
    *,
    choosing: int = CHOOSING,
    judging: int = JUDGING,
    more: Callable[[int], Any] = lambda _: None,
) -> Tuning[T]:
    """Try every rate on the seeds that choose, then run the best one on the seeds that judge.

    While the best rate is the smallest or the largest, the next one of the grid's own ratio is tried too, at most three
    times; a rate at which the runs diverge ends that. Where there is one rate only, nothing is chosen.

    Args:
        run: from a learning rate and a seed to an outcome.
        loss: of an outcome; infinite where it diverged.
        lrs: the grid.
        choosing: how many seeds choose.
        judging: how many others judge.
        more: called with a number of runs that were not foreseen.

    Returns:
        All outcomes.

    Examples:
        >>> from course.lab import tune
        >>> found = tune(lambda lr, seed: (lr - 9) ** 2, lambda outcome: outcome, [1, 2, 4])
        >>> found.lrs, found.added, len(found.judged)
        ((1, 2, 4, 8.0, 16.0), (8.0, 16.0), 6)

    """
    judges = range(judging)
    if len(lrs) == 1:
        alone = tuple(run(lrs[0], seed) for seed in judges)
        return Tuning(tuple(lrs), (alone,), alone, (), 0)
    seeds = range(FIRST_TO_CHOOSE, FIRST_TO_CHOOSE + choosing)
    tried = {lr: tuple(run(lr, seed) for seed in seeds) for lr in sorted(lrs)}
    added: list[float] = []
    while (at := _best(tried, loss)) in {0, len(tried) - 1} and len(added) < WIDENINGS:
        rates = sorted(tried)
        beyond = rates[0] ** 2 / rates[1] if at == 0 else rates[-1] ** 2 / rates[-2]
        added.append(float(f"{beyond:.3g}"))
        more(choosing)
        tried[added[-1]] = tuple(run(added[-1], seed) for seed in seeds)
    rates = sorted(tried)
    judged = tuple(run(rates[at], seed) for seed in judges)
    return Tuning(tuple(rates), tuple(tried[lr] for lr in rates), judged, tuple(added), at)


def judged(errors: Array) -> Array:
    """Choose the learning rate on one half of the streams and return the errors of the other half at that rate.

    A rate that is chosen on the very streams that judge it looks better than it is.

    Args:
        errors: shape (learning rates, streams), lower is better; a stream is a seed, say.

    Returns:
        Shape (streams that judge,).

    Examples:
        >>> import numpy as np
        >>> from course.lab import judged
        >>> judged(np.array([[1.0, 5.0, 6.0, 7.0], [9.0, 9.0, 2.0, 3.0]]))
        array([6., 7.])

    """
    half = errors.shape[1] // 2
    return errors[errors[:, :half].mean(axis=1).argmin(), half:]


def runs(lrs: Sequence[float], choosing: int, judging: int) -> int:
    """Count the runs that are foreseen.

    Args:
        lrs: the grid.
        choosing: how many seeds choose.
        judging: how many others judge.

    Returns:
        Their number, for a progress bar.

    """
    return judging + (len(lrs) * choosing if len(lrs) > 1 else 0)


def _best(tried: dict[float, tuple[T, ...]], loss: Callable[[T], float]) -> int:
    """Return the place of the rate with the lowest mean loss among all rates, the smallest first."""
    return int(np.argmin([np.mean([loss(outcome) for outcome in tried[lr]]) for lr in sorted(tried)]))
