"""What can be said of a wrong path when no catalogued mistake fits: the facts that help most, each in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import off
from course.grading.said import Said
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.case import Array, Case, Trajectory
    from course.grading.verdict import Difference
    from course.grading.wire import Answer

SAME = 1e-6
"""A ratio counts as constant if it varies by less than this share."""

NOT_A_NUMBER = Text(
    en="At step {step} an element of parameter {parameter} becomes NaN. That comes of 0/0, of a root of something"
    " negative, or of computing on with infinity or NaN.",
    zh="第 {step} 步，第 {parameter} 个参数里出现了 NaN。0/0、对负数开方，或者用无穷大和 NaN 继续计算，都会得到 NaN。",
)
INFINITE = Text(
    en="At step {step} an element of parameter {parameter} becomes infinite. That comes of a division by 0, or of"
    " numbers that grow beyond 1e308.",
    zh="第 {step} 步，第 {parameter} 个参数里出现了无穷大。除以零，或者数值超过 1e308，都会得到无穷大。",
)
STILL = Text(
    en="In no case do your parameters ever move: what `update` returns is what it was given.",
    zh="在所有用例中，您的参数都从未移动：`update` 返回的就是它收到的值。",
)
PARAMETER_STILL = Text(
    en="In this case parameter {parameter} never moves, where it should.",
    zh="在这个用例中，第 {parameter} 个参数从未移动，而它本该移动。",
)
STILL_HERE = Text(
    en="At step {step} parameter {parameter} stands still, where it should move.",
    zh="第 {step} 步，第 {parameter} 个参数没有动，而它本该移动。",
)
MOVES_HERE = Text(
    en="At step {step} parameter {parameter} moves, where it should stand still.",
    zh="第 {step} 步，第 {parameter} 个参数动了，而它本该不动。",
)
OPPOSITE = Text(
    en="At step {step} parameter {parameter} moves as far as it should, in the opposite direction.",
    zh="第 {step} 步，第 {parameter} 个参数移动的距离是对的，方向却正好相反。",
)
STEP_RATIO = Text(
    en="At step {step} every element of parameter {parameter} moves {ratio} times as far as it should.",
    zh="第 {step} 步，第 {parameter} 个参数的每个元素，移动的距离都是应有的 {ratio} 倍。",
)
OPPOSITE_RATIO = Text(
    en="At step {step} every element of parameter {parameter} moves {ratio} times as far as it should, in the opposite"
    " direction.",
    zh="第 {step} 步，第 {parameter} 个参数的每个元素都朝相反的方向移动，距离是应有的 {ratio} 倍。",
)
ENTRY_RATIO = Text(
    en="At step {step} every element of parameter {parameter}'s `{entry}` is {ratio} times torch's.",
    zh="第 {step} 步，第 {parameter} 个参数的 `{entry}`，每个元素都是 torch 的 {ratio} 倍。",
)


def facts(
    case: Case, difference: Difference, expected: Trajectory, answer: Answer, answered: Iterable[tuple[Case, Answer]]
) -> tuple[Said, ...]:
    """Sentences on the case in which the path first went wrong, the most telling first; perhaps none.

    Args:
        case: what was run.
        difference: the first difference in it.
        expected: torch's trajectory.
        answer: the learner's.
        answered: every core case that was answered, with its answer.

    """
    if all(_still(each, its) for each, its in answered):
        return (Said("still", STILL, {}),)
    i = difference.parameter
    start, right, got = case.params[i], expected.params[i], answer.params[i]
    here = {"case": case.id, "parameter": i}
    if (got == start).all() and (right != start).any():
        return (Said("parameter-still", PARAMETER_STILL.format(parameter=i), here),)
    found = []
    if difference.quantity in answer.state:
        at, entry = difference.step - 1, difference.quantity
        ratio = constant_ratio(answer.state[entry][i][at], expected.state[entry][i][at])
        if ratio is not None:
            claim = here | {"step": at + 1, "entry": entry, "ratio": ratio}
            text = ENTRY_RATIO.format(entry=entry, step=at + 1, parameter=i, ratio=figure(ratio))
            found.append(Said("entry-ratio", text, claim))
    wrong = off(right, got, start).reshape(len(got), -1).any(axis=1)
    if wrong.any():
        found += _of_step(int(wrong.argmax()), start, right, got, here)
    return tuple(found)


def _still(case: Case, answer: Answer) -> bool:
    return all((got == start).all() for start, got in zip(case.params, answer.params, strict=True))


def _of_step(at: int, start: Array, right: Array, got: Array, here: dict[str, object]) -> list[Said]:
    """What the step does that leaves the right path; up to there both paths are one but for rounding."""
    step, parameter = at + 1, here["parameter"]
    here = here | {"step": step}
    if np.isfinite(right[at]).all() and not np.isfinite(got[at]).all():
        if np.isnan(got[at]).any():
            return [Said("nan", NOT_A_NUMBER.format(step=step, parameter=parameter), here)]
        return [Said("infinite", INFINITE.format(step=step, parameter=parameter), here)]
    moved, should = (path[at] - (path[at - 1] if at else start) for path in (got, right))
    if not moved.any():
        return [Said("still-here", STILL_HERE.format(step=step, parameter=parameter), here)] if should.any() else []
    if not should.any():
        return [Said("moves-here", MOVES_HERE.format(step=step, parameter=parameter), here)]
    ratio = constant_ratio(moved, should)
    if ratio is None:
        return []
    sentence = STEP_RATIO if ratio > 0 else OPPOSITE if abs(ratio + 1) < SAME else OPPOSITE_RATIO
    text = sentence.format(step=step, parameter=parameter, ratio=figure(abs(ratio)))
    return [Said("step-ratio", text, here | {"ratio": ratio})]


def figure(ratio: float) -> str:
    """Four digits, or as many as it takes to see that it is not 1."""
    return next(shown for digits in range(4, 18) if (shown := f"{ratio:.{digits}g}") not in {"1", "-1"} or digits == 17)


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
