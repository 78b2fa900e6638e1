"""The sweeps that a task of the exercise is made of: real networks, recorded once by `course build`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

RATES = 25
SEEDS = 12
STEPS, BATCH = 150, 64

RANGES: dict[Any, tuple[float, float]] = {
    "sgd": (1e-3, 10.0),
    "momentum": (1e-4, 3.0),
    "rmsprop": (1e-5, 1.0),
    "adam": (1e-5, 1.0),
}
"""By optimizer, the smallest and the largest rate."""


def sweeps() -> Mapping[str, tuple[Any, Any]]:
    """Train every network of every sweep, which takes a minute.

    Returns:
        By optimizer, the rates, shape (rates,), and the training losses at the end, shape (rates, seeds).

    """
    from course.topics.tuning.lab import sweep

    found = {}
    for rule, (low, high) in RANGES.items():
        rates = np.geomspace(low, high, RATES)
        done = sweep(rates.tolist(), range(SEEDS), rule=rule, steps=STEPS, batch=BATCH, decay=True)
        found[rule] = (rates, done.final)
    return found
