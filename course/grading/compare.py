"""Holds a trajectory against the reference and finds the first place where it leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.verdict import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case, Trajectory


@dataclass(frozen=True)
class Tolerance:
    """How near two paths are to be one, in shares of the distance moved and of the largest number."""

    relative: float
    rounding: float

    def margin(self, moved: Any, size: Any) -> Any:
        """Return by how much two numbers may differ.

        Args:
            moved: the distance from the start so far, a number or an array.
            size: the largest number so far, of the same shape.

        Returns:
            The bound, of that shape.

        """
        return self.relative * moved + self.rounding * size


RIGHT = Tolerance(1e-9, 1e-14)
"""A right rule, however it is written, stays within the first of the distance that the element has moved so far, and no
rule can be blamed for the last bits of a large number from which it subtracts a small step."""


def off(expected: Array, got: Array, start: Array) -> Any:
    """Mark where `got` leaves `expected`.

    Args:
        expected: the right values, (steps, *shape).
        got: the learner's, (steps', *shape); steps' may be fewer.
        start: the value before the first step, (*shape).

    Returns:
        A boolean array of got's shape.

    """
    expected = expected[: len(got)]
    moved = np.maximum.accumulate(np.abs(expected - start))
    size = np.maximum.accumulate(np.maximum(np.abs(expected), np.abs(start)))
    steps = np.arange(1, len(got) + 1).reshape(-1, *[1] * (got.ndim - 1))
    with np.errstate(invalid="ignore"):
        away = ~(np.abs(got - expected) <= RIGHT.margin(moved, np.sqrt(steps) * size))
    return away & ~(np.isnan(got) & np.isnan(expected))


def first_off(expected: Sequence[Array], got: Sequence[Array], starts: Sequence[Array]) -> tuple[int, int, int] | None:
    """Find the first place where one path leaves another.

    Args:
        expected: the right path, by parameter, (steps, *shape); what goes on where it has stopped leaves it.
        got: the learner's, by parameter.
        starts: the parameters before the first step.

    Returns:
        The step, counted from 1, the parameter, and its element, flat; None if they are one as far as `got` goes.

    """
    found = []
    for i, (path, own, start) in enumerate(zip(expected, got, starts, strict=True)):
        wrong = np.argwhere(off(path, own[: len(path)], start).reshape(min(len(path), len(own)), np.size(start)))
        if len(wrong):
            found.append((int(wrong[0][0]) + 1, i, int(wrong[0][1])))
        elif len(own) > len(path):
            found.append((len(path) + 1, i, 0))
    return min(found, default=None)


def _first(case: Case, quantity: str, i: int, expected: Array, got: Array, start: Array) -> Difference | None:
    if not len(got):
        return None
    with np.errstate(invalid="ignore"):
        if (np.abs(got - expected[: len(got)]) <= RIGHT.rounding * np.abs(expected[: len(got)])).all():
            return None  # as nearly every right one; `off` allows more
    wrong = off(expected, got, start)
    rows = wrong.reshape(len(got), -1).any(axis=1)
    if not rows.any():
        return None
    step = int(rows.argmax())
    index = tuple(int(k) for k in np.argwhere(wrong[step])[0])
    return Difference(
        case.id, step + 1, i, quantity, float(expected[(step, *index)]), float(got[(step, *index)]), index
    )


def first_difference(
    case: Case, expected: Trajectory, params: Sequence[Array], state: Mapping[str, Sequence[Array]]
) -> Difference | None:
    """Find the first step at which a parameter leaves the reference: the parameters alone decide.

    If one does, a state entry under torch's name that went wrong at that step, or at the one before, is the better
    clue, and is told instead: a memory acts in its own step or in the next. One that went wrong while the parameter was
    right for longer is not to blame. `step` is the last clue of all, because rules may well count in their own way.

    Args:
        case: what was run.
        expected: torch's trajectory.
        params: the rule's parameters, one array (steps', *shape) each; steps' may be fewer than the case has.
        state: the rule's state entries under torch's names.

    Returns:
        The difference; None if no parameter leaves the reference.

    """
    found = [_first(case, "param", i, expected.params[i], got, case.params[i]) for i, got in enumerate(params)]
    wrong = min((each for each in found if each), key=lambda each: (each.step, each.parameter), default=None)
    if wrong is None:
        return None
    clues = []
    for name, columns in expected.state.items():
        for i, column in enumerate(columns):
            got_column = state.get(name, ())[i : i + 1]
            clue = _first(case, name, i, column, got_column[0], np.zeros(column.shape[1:])) if got_column else None
            if clue and wrong.step - 1 <= clue.step <= wrong.step:
                clues.append(clue)
    counts_right = [clue for clue in clues if clue.quantity != "step"]
    return min(counts_right or clues, key=lambda clue: (clue.step, clue.parameter), default=wrong)


def strays(expected: Trajectory, state: Mapping[str, Sequence[Array]]) -> set[str]:
    """Find the entries under torch's names that hold something else: where the path is right, rightly so.

    Args:
        expected: torch's trajectory.
        state: the rule's state entries under torch's names.

    Returns:
        The names.

    """
    return {
        name
        for name, columns in expected.state.items()
        for right, got in zip(columns, state.get(name, ()), strict=False)
        if off(right, got, np.zeros(right.shape[1:])).any()
    }
