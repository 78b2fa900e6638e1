"""What can be said of a wrong path when no catalogued mistake fits: the facts that help most, each in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import off
from course.text import Text

if TYPE_CHECKING:
    from course.grading.case import Array, Case, Trajectory
    from course.grading.verdict import Difference
    from course.grading.wire import Answer

SAME = 1e-6
"""A ratio counts as constant if it varies by less than this share."""

NOT_FINITE = Text(
    en="At step {step} your parameter is no longer a number ({got}): look for a division by zero or the root of"
    " something negative.",
    zh="第 {step} 步，您的参数已经不是数了（{got}）：请检查有没有除以零，或者对负数开方。",
)
STILL = Text(
    en="Your parameter never moves: what `update` returns is what it was given.",
    zh="您的参数从未移动：`update` 返回的就是它收到的值。",
)
STILL_HERE = Text(
    en="At step {step} your parameter stands still, where it should move.",
    zh="第 {step} 步，您的参数没有动，而它本该移动。",
)
MOVES_HERE = Text(
    en="At step {step} your parameter moves, where it should stand still.",
    zh="第 {step} 步，您的参数动了，而它本该不动。",
)
OPPOSITE = Text(
    en="At step {step} it moves exactly as far as it should, in the opposite direction.",
    zh="第 {step} 步移动的距离完全正确，方向却正好相反。",
)
STEP_RATIO = Text(
    en="At step {step} every element moves {ratio} times as far as it should.",
    zh="第 {step} 步，每个元素移动的距离都是应有的 {ratio} 倍。",
)
ENTRY_RATIO = Text(
    en="At step {step} every element of `{entry}` is {ratio} times what it should be.",
    zh="第 {step} 步，`{entry}` 的每个元素都是应有值的 {ratio} 倍。",
)


def facts(case: Case, difference: Difference, expected: Trajectory, answer: Answer) -> tuple[Text, ...]:
    """Sentences on the case in which the path first went wrong, the most telling first; perhaps none.

    Args:
        case: what was run.
        difference: the first difference in it.
        expected: torch's trajectory.
        answer: the learner's.

    """
    i = difference.parameter
    start, right, got = case.params[i], expected.params[i], answer.params[i]
    if (got == start).all():
        return (STILL,)
    found = []
    if difference.quantity in answer.state:
        at = difference.step - 1
        ratio = constant_ratio(answer.state[difference.quantity][i][at], expected.state[difference.quantity][i][at])
        if ratio is not None:
            found.append(ENTRY_RATIO.format(entry=difference.quantity, step=difference.step, ratio=f"{ratio:.4g}"))
    wrong = off(right, got, start).reshape(len(got), -1).any(axis=1)
    if wrong.any():
        found += _of_step(int(wrong.argmax()), start, right, got)
    return tuple(found)


def _of_step(at: int, start: Array, right: Array, got: Array) -> list[Text]:
    """What the step does that leaves the right path; up to there both paths are one but for rounding."""
    strange = got[at][~np.isfinite(got[at])]
    if strange.size and np.isfinite(right[at]).all():
        return [NOT_FINITE.format(step=at + 1, got=strange.flat[0])]
    moved, should = (path[at] - (path[at - 1] if at else start) for path in (got, right))
    if not moved.any():
        return [STILL_HERE.format(step=at + 1)]
    if not should.any():
        return [MOVES_HERE.format(step=at + 1)]
    ratio = constant_ratio(moved, should)
    if ratio is None:
        return []
    return [
        OPPOSITE.format(step=at + 1) if abs(ratio + 1) < SAME else STEP_RATIO.format(step=at + 1, ratio=f"{ratio:.4g}")
    ]


def constant_ratio(got: Array, expected: Array) -> float | None:
    """By what all of `got` is larger than `expected`, if it is the same for every element, and not 1; else None."""
    there = expected != 0
    if got[~there].any() or there.sum() < 2:
        return None
    ratios = got[there] / expected[there]
    middle = float(np.median(ratios))
    if not np.isfinite(ratios).all() or middle == 0 or abs(middle - 1) < SAME:
        return None
    return middle if (np.abs(ratios - middle) <= SAME * abs(middle)).all() else None
