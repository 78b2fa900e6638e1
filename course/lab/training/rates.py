"""How the learning rate changes while a network is trained, by the schedule's name."""

from __future__ import annotations

import math
from typing import Literal, get_args

Schedule = Literal["constant", "linear", "cosine", "warmup"]

SHAPES: tuple[Schedule, ...] = get_args(Schedule)
WARM = 0.1
"""The share of the steps in which a warm-up rises."""


def factor(schedule: Schedule, step: int, steps: int) -> float:
    """Return by what the learning rate is multiplied at a step.

    Args:
        schedule: "constant", "linear" (down to 0), "cosine" (down to 0), "warmup" (up, then constant).
        step: how many steps were taken before it.
        steps: how many there are in all.

    Returns:
        From 0 to 1.

    Examples:
        >>> [factor(each, 50, 100) for each in ("constant", "linear", "cosine", "warmup")]
        [1.0, 0.5, 0.5, 1.0]

    """
    if schedule == "linear":
        return 1 - step / steps
    if schedule == "cosine":
        return (1 + math.cos(math.pi * step / steps)) / 2
    if schedule == "warmup":
        return min(1.0, (step + 1) / max(1, round(WARM * steps)))
    return 1.0
