"""What can be said of a wrong path when no catalogued mistake fits: the facts that help most, each in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import off
from course.grading.said import Said
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from course.grading.case import Array, Case, Trajectory
    from course.grading.verdict import Difference
    from course.grading.wire import Answer

TEXTS = texts(__file__)

SAME = 1e-6
"""A ratio counts as constant if it varies by less than this share."""

INFINITE = TEXTS["infinite"]
STILL = TEXTS["still"]
STILL_HERE = TEXTS["still-here"]
OPPOSITE = TEXTS["opposite"]
STEP_RATIO = TEXTS["step-ratio"]
OPPOSITE_RATIO = TEXTS["opposite-ratio"]


def facts(
    case: Case, difference: Difference, expected: Trajectory, answer: Answer, answered: Iterable[tuple[Case, Answer]]
) -> tuple[Said, ...]:
    """Say what helps most about the case in which the path first went wrong, the most telling first.

    Args:
        case: what was run.
        difference: the first difference in it.
        expected: torch's trajectory.
        answer: the learner's.
        answered: every core case that was answered, with its answer.

    Returns:
        The sentences; perhaps none.

    """
    if all(_still(each, its) for each, its in answered):
        return (Said("still", STILL, {}),)
    i = difference.parameter
    start, right, got = case.params[i], expected.params[i], answer.params[i]
    here = {"case": case.id, "parameter": i}
    if (got == start).all() and (right != start).any():
        return (Said("parameter-still", TEXTS["parameter-still"].format(parameter=i), here),)
    found = []
    if difference.quantity in answer.state:
        at, entry = difference.step - 1, difference.quantity
        ratio = constant_ratio(answer.state[entry][i][at], expected.state[entry][i][at])
        if ratio is not None:
            claim = here | {"step": at + 1, "entry": entry, "ratio": ratio}
            text = TEXTS["entry-ratio"].format(entry=entry, step=at + 1, parameter=i, ratio=figure(ratio))
            found.append(Said("entry-ratio", text, claim))
    wrong = off(right, got, start).reshape(len(got), -1).any(axis=1)
    if wrong.any():
        found += _of_step(int(wrong.argmax()), start, right, got, here)
    return tuple(found)


def _still(case: Case, answer: Answer) -> bool:
    return all((got == start).all() for start, got in zip(case.params, answer.params, strict=True))


def _of_step(at: int, start: Array, right: Array, got: Array, here: dict[str, object]) -> list[Said]:
    """Return what the step does that leaves the right path; up to there both paths are one but for rounding."""
    step, parameter = at + 1, here["parameter"]
    here = here | {"step": step}
    if np.isfinite(right[at]).all() and not np.isfinite(got[at]).all():
        if np.isnan(got[at]).any():
            return [Said("nan", TEXTS["not-a-number"].format(step=step, parameter=parameter), here)]
        return [Said("infinite", INFINITE.format(step=step, parameter=parameter), here)]
    moved, should = (path[at] - (path[at - 1] if at else start) for path in (got, right))
    if not moved.any():
        return [Said("still-here", STILL_HERE.format(step=step, parameter=parameter), here)] if should.any() else []
    if not should.any():
        return [Said("moves-here", TEXTS["moves-here"].format(step=step, parameter=parameter), here)]
    ratio = constant_ratio(moved, should)
    if ratio is None:
        return []
    sentence = STEP_RATIO if ratio > 0 else OPPOSITE if abs(ratio + 1) < SAME else OPPOSITE_RATIO
    text = sentence.format(step=step, parameter=parameter, ratio=figure(abs(ratio)))
    return [Said("step-ratio", text, here | {"ratio": ratio})]


def figure(ratio: float) -> str:
    """Format a ratio with four digits, or with as many as it takes to see by how much it is not 1."""
    shown = f"{ratio:.4g}"
    digits = 4
    while shown in {"1", "-1"} or (digits > 4 and abs(float(shown) - ratio) > 0.01 * abs(abs(ratio) - 1)):
        digits += 1
        shown = f"{ratio:.{digits}g}"
        if digits == 17:
            break
    return shown


def constant_ratio(got: Array, expected: Array) -> float | None:
    """Find by what factor all of `got` is larger than `expected`.

    Args:
        got: the learner's values.
        expected: the right ones, of the same shape.

    Returns:
        The ratio, if it is the same for every element, and not 1; else None.

    """
    there = expected != 0
    if got[~there].any() or there.sum() < 2:
        return None
    ratios = got[there] / expected[there]
    middle = float(np.median(ratios))
    if not np.isfinite(ratios).all() or middle == 0 or abs(middle - 1) < SAME:
        return None
    return middle if (np.abs(ratios - middle) <= SAME * abs(middle)).all() else None
