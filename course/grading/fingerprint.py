"""Hash the path that a file takes through the public cases: two files with one hash compute the same numbers.

Files that are written differently differ in their last digits, so the numbers are rounded before they are hashed. The
grid that they are rounded to is coarse beside rounding errors and fine beside two different rules.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from course.grading.trail import BEYOND, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.wire import Answer

DIGITS = 1e-5
"""Width of the grid, in shares of the distance moved so far."""
FLOOR = 1e-9
"""Its least width, in shares of the largest number so far: a small step of a large number has few digits."""
SHIFT = 0.3819660112501051
"""Moves the grid, so that round decimals do not lie between two of its cells."""
UNDEFINED, HUGE = -(2**62), 2**62


def fingerprint(cases: Sequence[Case], answers: Mapping[str, Answer]) -> str:
    """Hash where a file leads the parameters of these cases, at a few steps of each.

    Args:
        cases: the public core cases, in the order in which they were run.
        answers: by case id, one for each of the cases.

    Returns:
        16 hexadecimal digits.

    """
    whole = hashlib.blake2b(digest_size=8)
    with np.errstate(all="ignore"):
        for case in cases:
            answer = answers[case.id]
            whole.update(f"{case.id} {min(answer.steps, STEPS)}\n".encode())
            for start, path in zip(case.params, answer.params, strict=True):
                whole.update(_rounded(start, path).tobytes())
    return whole.hexdigest()


def _rounded(start: Array, path: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Round the path at the sampled steps to whole cells of the grid."""
    at = list(_sampled(min(len(path), STEPS)))
    if not at:
        return np.empty(0, dtype="<i8")
    moved = np.maximum.accumulate(np.abs(path - start))[at]
    size = np.maximum.accumulate(np.maximum(np.abs(path), np.abs(start)))[at]
    decade = 10.0 ** np.floor(np.log10(np.where(moved > 0, moved, 1.0)) + SHIFT)
    cells = np.floor((path[at] - start) / np.maximum(DIGITS * decade, FLOOR * size) + SHIFT)
    cells = np.where(moved > 0, cells, 0.0)
    cells = np.where(size >= BEYOND, HUGE, cells)
    return np.where(np.isnan(path[at]), UNDEFINED, cells).astype("<i8")


def _sampled(steps: int) -> Iterator[int]:
    """Yield indices of steps, dense at first: a wrong start shows at once, a wrong memory later."""
    one, other = 1, 2
    while one <= steps:
        yield one - 1
        one, other = other, one + other
