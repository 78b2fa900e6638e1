"""Picks what the plot shows: one number of one parameter over the steps, where wrong and right come apart visibly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.grading.mistakes import catalogue
from course.grading.mistakes.simulate import simulate
from course.grading.verdict import Paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case, Trajectory
    from course.grading.mistakes import Explanation
    from course.grading.verdict import Difference
    from course.grading.wire import Answer
    from course.topic import Topic

VISIBLE = 0.15
"""Paths that come apart by this share of the way that the right one goes can be told apart in a small plot."""

POINTS = 100
"""As many as a plot shows."""
SHOWN = 25
"""And of two paths that are one, which are stored for every file that passes."""


def pick(
    topic: Topic,
    cases: Sequence[Case],
    differences: Sequence[Difference],
    answers: Mapping[str, Answer],
    expected: Mapping[str, Trajectory],
    fit: Explanation = (),
) -> Paths:
    """Pick the number that first went wrong, if that can be seen; else the first case in which something can.

    Args:
        topic: which exercise.
        cases: the core cases that were run, in this order.
        differences: of each case to choose from, the first difference; the one that the message tells stands first.
        answers: by case id.
        expected: by case id, torch's trajectory.
        fit: the mistakes that make the learner's path, if they are known.

    Returns:
        The paths of one number: the right one, the learner's, and the mistake's if it is known.

    """
    by_id = {case.id: case for case in cases}
    chosen, largest = (differences[0], differences[0].parameter, _index(by_id, differences[0])), -1.0
    for difference in differences:
        case = by_id[difference.case]
        own = (difference.parameter, _index(by_id, difference))
        seen = [
            _apart(start, right[: _until(case, difference)], got)
            for start, right, got in zip(case.params, expected[case.id].params, answers[case.id].params, strict=True)
        ]
        i, index = own
        if difference is not differences[0] or seen[i][index] < VISIBLE:
            i = int(np.argmax([each.max(initial=0.0) for each in seen]))
            index = tuple(int(k) for k in np.unravel_index(int(seen[i].argmax()), seen[i].shape))
        if seen[i][index] > largest:
            chosen, largest = (difference, i, index), float(seen[i][index])
        if largest >= VISIBLE:
            break
    difference, i, index = chosen
    case = by_id[difference.case]
    until = _until(case, difference)
    every = -(-until // POINTS)

    def column(path: Array) -> tuple[float, ...]:
        return (float(case.params[i][index]), *(float(value[index]) for value in path[every - 1 : until : every]))

    mistake: tuple[float, ...] = ()
    got = column(answers[case.id].params[i])
    for style in catalogue(topic).styles if fit else ():
        simulated = column(simulate(topic, fit, cases[: list(cases).index(case) + 1], style)[case.id][i])
        if not mistake and _same(simulated, got):
            mistake = simulated
    return Paths(
        label=_label(i, index),
        expected=column(expected[case.id].params[i]),
        got=got,
        mistake=mistake,
        title=case.title,
        every=every,
    )


def agreeing(cases: Sequence[Case], answers: Mapping[str, Answer], expected: Mapping[str, Trajectory]) -> Paths | None:
    """Pick one number whose path shows that the learner's and the right one are the same.

    Args:
        cases: visible core cases that are right; the first with a number that moves is shown.
        answers: by case id.
        expected: by case id, torch's trajectory.

    Returns:
        Both paths, each number with as many digits as can be seen; None if nothing moves.

    """
    for case in cases:
        every = -(-case.steps // SHOWN)
        for i, (start, right) in enumerate(zip(case.params, expected[case.id].params, strict=True)):
            moved = np.abs(right[-1] - start)
            if not moved.any():
                continue
            index = tuple(int(k) for k in np.unravel_index(int(moved.argmax()), moved.shape))
            both = (
                (start[index], *(value[index] for value in path[every - 1 :: every]))
                for path in (right, answers[case.id].params[i])
            )
            shown, got = (tuple(float(f"{value:.4g}") for value in each) for each in both)
            return Paths(label=_label(i, index), expected=shown, got=got, title=case.title, every=every)
    return None


def _label(i: int, index: Sequence[int]) -> str:
    return f"param[{i}]" + (f"[{', '.join(map(str, index))}]" if index else "")


def _same(simulated: Sequence[float], got: Sequence[float]) -> bool:
    """Return whether both are one line in a plot."""
    return len(simulated) == len(got) and np.allclose(simulated, got, rtol=1e-3, atol=1e-9, equal_nan=True)


def _index(cases: Mapping[str, Case], difference: Difference) -> tuple[int, ...]:
    """Return the index of the element that went wrong; the count of the steps has none."""
    shape = cases[difference.case].params[difference.parameter].shape
    return difference.index if len(difference.index) == len(shape) else (0,) * len(shape)


def _until(case: Case, difference: Difference) -> int:
    return min(case.steps, max(20, difference.step + 20))


def _apart(start: Array, right: Array, got: Array) -> Array:
    """Return, for each element, by how much the paths come apart, in shares of the right one's way; at most 1."""
    steps = min(len(right), len(got))
    if not steps:
        return np.zeros(start.shape)
    way = np.abs(right - start).max(axis=0)
    with np.errstate(all="ignore"):
        off = np.abs(got[:steps] - right[:steps])
        share = np.where(np.isfinite(off), off, np.inf).max(axis=0) / way
    return np.asarray(np.where(np.isnan(share), 0.0, np.minimum(share, 1.0)))
