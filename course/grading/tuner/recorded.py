"""Tasks made of recorded sweeps: of each, some seeds are what a tuner sees, and the others judge it."""

from __future__ import annotations

import functools
import math
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.system.workspace import remedy
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from course.topic import Topic

SHOWN = 4
"""So many seeds, the first ones, answer a tuner, in turn; the rest judge it."""

UNUSABLE = Text(en="The recorded sweeps {name} are missing or damaged. ", zh="记录的扫描 {name} 缺失或已损坏。")


@dataclass(frozen=True, eq=False)
class Recorded:
    """A recorded sweep, moved along the axis of rates by a factor that nobody knows."""

    powers: Any
    """Shape (rates,): log10 of the rates, moved."""
    heights: Any
    """Shape (rates, seeds): logarithms of the losses, infinite where runs diverged."""

    def run(self, rate: float, before: Sequence[float]) -> float:
        """Return what one run reports.

        Args:
            rate: the learning rate.
            before: the rates of all earlier runs; how many there are decides the seed.

        Returns:
            The loss, between two recorded rates interpolated.

        """
        return math.exp(self._at(rate, self.heights[:, len(before) % SHOWN]))

    def regret(self, rate: float) -> float:
        """Return by what share the mean loss of the seeds that judge is above the lowest at this rate."""
        return self._loss(rate) / self._lowest - 1

    def _loss(self, rate: float) -> float:
        return float(np.mean([math.exp(self._at(rate, column)) for column in self.heights[:, SHOWN:].T]))

    @functools.cached_property
    def _lowest(self) -> float:
        return min(self._loss(10.0**power) for power in self.powers)

    def _at(self, rate: float, column: Any) -> float:
        """Interpolate; what is next to a rate that diverged diverges, and left of all rates nothing is learned."""
        place = math.log10(rate)
        if place >= self.powers[-1]:
            return math.inf
        right = int(np.searchsorted(self.powers, place, side="right"))
        if right == 0:
            return float(column[0])
        low, high = column[right - 1], column[right]
        if max(low, high) == math.inf:
            return float(low) if place == self.powers[right - 1] else math.inf
        return float(np.interp(place, self.powers[right - 1 : right + 1], (low, high)))


def path(topic: Topic) -> Path:
    """Return where the recorded sweeps of a topic are stored."""
    return topic.folder / "sweeps.npz"


def read(topic: Topic) -> tuple[Mapping[str, tuple[Any, Any]], str]:
    """Return the recorded sweeps of a topic.

    Args:
        topic: whose.

    Returns:
        By optimizer, rates and losses; and what tells how they were recorded.

    Raises:
        CourseError: the file is missing or damaged.

    """
    try:
        with path(topic).open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            names = sorted({name.partition("/")[0] for name in stored.files if "/" in name})
            return {name: (stored[f"{name}/rates"], stored[f"{name}/losses"]) for name in names}, str(stored["how"])
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        name = f"{topic.stem}/sweeps.npz"
        raise CourseError(UNUSABLE.format(name=name) + remedy(name)) from error


@functools.cache
def tasks(topic: Topic) -> tuple[tuple[Any, Any], ...]:
    """Return of every recorded sweep the powers of ten and the logarithms of the losses."""
    with np.errstate(over="ignore"):
        return tuple((np.log10(rates), np.log(losses)) for rates, losses in read(topic)[0].values())
