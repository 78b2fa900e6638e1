"""Two contestants from the same seeds: how far apart they are, and whether chance alone could have made it so.

The test is the exact sign-flip test. If two rules are equally good, each seed's difference might as well have had the
other sign; the p-value is the share of all choices of signs that lie at least as far out, counted on both sides. The
interval is that of the same test (Hartigan, "Using subsample values as typical values", 1969): it leaves out 0 if
and only if p is small enough.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]

LEVEL = 0.05
"""A p-value up to here counts as significant."""
FEWEST = 6
"""With fewer seeds no p-value can be that small: even all signs alike have 2 / 2⁵."""
_MOST = 14
"""With more seeds than these, some subsets stand for all of them."""
_DRAWN = 2**_MOST - 1


@dataclass(frozen=True)
class Paired:
    """The differences between two contestants, seed by seed."""

    differences: Array
    """Shape (seeds,): the first one's loss less the other's; infinite where one of them alone diverged."""
    low: float
    """The lower end of the interval of the mean difference."""
    high: float
    """Its upper end."""
    confidence: float
    """Of the interval: at least 0.95 from 6 seeds on."""
    p: float
    """Of the exact sign-flip test, two-sided."""

    @property
    def mean(self) -> float:
        """The mean difference."""
        return float(self.differences.mean())

    @property
    def significant(self) -> bool:
        """Whether p is at most 0.05."""
        return self.p <= LEVEL

    @property
    def first_is_lower(self) -> bool:
        """Whether the first one's loss is significantly lower."""
        return self.significant and self.mean < 0

    @property
    def would_show(self) -> float:
        """The mean difference, either way, that would have been significant with this scatter over the seeds.

        Infinite with fewer than 6 seeds, and where a training run diverged.
        """
        if len(self.differences) < FEWEST or not np.isfinite(self.differences).all():
            return float("inf")
        return max(self.mean - self.low, self.high - self.mean)


def paired(first: Array, second: Array) -> Paired:
    """Compare two contestants seed by seed.

    Args:
        first: shape (seeds,), the losses of one; infinite where it diverged.
        second: the other's, from the same seeds.

    Returns:
        Differences, interval and p-value.

    Examples:
        >>> import numpy as np
        >>> from course.lab import paired
        >>> found = paired(np.array([1.0, 2, 3, 4, 5, 6]), np.array([1.5, 2.1, 3.2, 4.3, 5.4, 6.6]))
        >>> found.p, round(found.low, 2), round(found.high, 2), found.first_is_lower
        (0.03125, -0.6, -0.1, True)

    """
    with np.errstate(invalid="ignore"):
        differences = np.nan_to_num(first - second, nan=0.0, posinf=np.inf, neginf=-np.inf)
    finite = np.isfinite(differences)
    beyond = 1 + 2 * float(np.abs(differences[finite]).sum())  # further out than all the others together
    ranked = np.where(finite, differences, np.sign(differences) * beyond)
    means = np.sort(_subset_means(ranked))
    count = len(means) + 1
    tolerance = 1e-12 * float(np.abs(ranked).max(initial=0))
    outside = 1 + min(int((means <= tolerance).sum()), int((means >= -tolerance).sum()))
    cut = max(1, int(LEVEL / 2 * count))
    ends = float(means[cut - 1]), float(means[-cut])
    if not finite.all():
        ends = -np.inf, np.inf
    return Paired(differences, *ends, confidence=1 - 2 * cut / count, p=min(1.0, 2 * outside / count))


def _subset_means(values: Array) -> Array:
    """Return the mean of every subset but the empty one; of drawn ones, where there are too many."""
    n = len(values)
    if n <= _MOST:
        chosen = np.array(list(itertools.product((False, True), repeat=n))[1:])
    else:
        draw = np.random.default_rng(0)
        chosen = draw.random((_DRAWN, n)) < 0.5
        chosen = chosen[chosen.any(axis=1)]
    return np.asarray((chosen @ values) / chosen.sum(axis=1))
