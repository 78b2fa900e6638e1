"""Whether each step of a path is a multiple of another path's: a factor is wrong then, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Array, Case

SAME = 1e-7
"""Shares of a step within which two numbers are one."""


def steps_of(case: Case, path: Sequence[Array]) -> Array:
    """Return by how much each step moves every element.

    Args:
        case: what was run.
        path: by parameter, (steps, *shape), to the end of the case.

    Returns:
        (steps, elements of all parameters).

    """
    moved = [np.diff(each, axis=0, prepend=start[None]) for each, start in zip(path, case.params, strict=True)]
    return np.concatenate([each.reshape(case.steps, -1) for each in moved], axis=1)


def multiples(case: Case, right: Sequence[Array], own: Sequence[Array]) -> Array | None:
    """Return by which number each right step is multiplied.

    Args:
        case: what was run.
        right: the right path, by parameter, (steps, *shape).
        own: the other one, of the same shapes.

    Returns:
        (steps,), 1 where none is taken; None if a step is no multiple, for all elements, of the right one.

    """
    one, other = steps_of(case, right), steps_of(case, own)
    length = (one**2).sum(axis=1)
    if not np.isfinite(other).all():
        return None
    factors = np.where(length > 0, (one * other).sum(axis=1) / np.where(length > 0, length, 1), 1)
    apart = np.abs(other - factors[:, None] * one).max(axis=1)
    return factors if (apart <= SAME * np.abs(other).max(axis=1)).all() else None
