"""Where a path leaves the right one: each element's own first wrong step, over all core cases side by side.

An element that was wrong once stays wrong, whatever caused it, so only the step in which it leaves speaks of a cause;
what comes later is contamination and is not looked at.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from course.grading.compare import off
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case, Trajectory
    from course.grading.wire import Answer

    Whole = np.ndarray[Any, np.dtype[np.int64]]
    Truths = np.ndarray[Any, np.dtype[np.bool_]]

Level = Literal["case", "parameter", "element"]
"""What a trait tells apart."""
UNITS: dict[Level, Text] = {
    "case": Text(en="cases", zh="用例"),
    "parameter": Text(en="parameters", zh="参数"),
    "element": Text(en="elements", zh="元素"),
}
"""What is told apart, all of it; the coarsest first."""
EACH: dict[Level, Text] = {
    "case": Text(en="A case", zh="用例"),
    "parameter": Text(en="A parameter", zh="参数"),
    "element": Text(en="An element", zh="元素"),
}
"""The same, one by one."""
LEVELS = tuple(UNITS)

NEVER = 1 << 40
"""The step of what does not happen."""


@dataclass(frozen=True)
class Elements:
    """All elements of some cases at every step as one row: element after element, each from its first step on."""

    cases: tuple[Case, ...]
    expected: tuple[Trajectory, ...]
    """A case each."""
    case: Whole
    """An element each: the number of its case; so are the next three."""
    parameter: Whole
    element: Whole
    """Its place within the parameter, flat."""
    steps: Whole
    """How many steps it has."""

    @classmethod
    def of(cls, cases: Sequence[Case], expected: Mapping[str, Trajectory]) -> Elements:
        """Lay the elements of the cases side by side.

        Args:
            cases: the core cases, in their order.
            expected: by case id, torch's trajectory.

        Returns:
            The places; nothing of them depends on the file that is judged.

        """
        rows = [
            (number, i, k, case.steps)
            for number, case in enumerate(cases)
            for i, param in enumerate(case.params)
            for k in range(param.size)
        ]
        columns = (np.array(column) for column in zip(*rows, strict=True))
        return cls(tuple(cases), tuple(expected[case.id] for case in cases), *columns)

    @functools.cached_property
    def starts(self) -> Whole:
        """Where each element's steps begin in the row."""
        return np.concatenate([[0], np.cumsum(self.steps)[:-1]])

    @functools.cached_property
    def step(self) -> Whole:
        """The step, counted from 1, at each place of the row."""
        return np.concatenate([np.arange(1, count + 1) for count in self.steps])

    @functools.cached_property
    def grad(self) -> Array:
        """The gradient at each place."""
        return np.asarray(self.row([case.columns for case in self.cases]))

    @functools.cached_property
    def param(self) -> Array:
        """What the right rule has at each place before the step."""
        found: Array = self.row(self._before)
        return found

    @functools.cached_property
    def result(self) -> Array:
        """What the right rule has there after the step."""
        found: Array = self.row([right.params for right in self.expected])
        return found

    @functools.cached_property
    def moving(self) -> Truths:
        """Whether the right rule moves there, by more than is held against anybody: many a wrong one rests with it."""
        found: Truths = self.row(
            [
                [off(*each) for each in zip(right.params, earlier, case.params, strict=True)]
                for case, right, earlier in zip(self.cases, self.expected, self._before, strict=True)
            ]
        )
        return found

    @property
    def _before(self) -> list[list[Array]]:
        """The right parameters before each step, a case and a parameter each."""
        return [
            [np.concatenate([start[None], path[:-1]]) for start, path in zip(case.params, right.params, strict=True)]
            for case, right in zip(self.cases, self.expected, strict=True)
        ]

    @functools.cached_property
    def moves(self) -> tuple[Truths, ...]:
        """By case, whether anything moves in it, one truth a step."""
        total = self.total("case", self.moving.astype(float)) > 0
        return tuple(
            total[self.starts[begin] : self.starts[begin] + self.steps[begin]] for begin in self.begins["case"]
        )

    def total(self, level: Level, values: Array) -> Array:
        """Add up, at each step, over all elements that belong together.

        Args:
            level: which belong together: those of a case, of a parameter, or each alone.
            values: one a place.

        Returns:
            At each place, the sum at its step over all that it belongs to.

        """
        sums = []
        for begin, end in itertools.pairwise([*self.begins[level], len(self.case)]):
            first, steps = self.starts[begin], self.steps[begin]
            own = values[first : first + (end - begin) * steps].reshape(end - begin, steps)
            sums.append(np.tile(own.sum(axis=0), end - begin))
        return np.concatenate(sums)

    @functools.cached_property
    def begins(self) -> dict[Level, Whole]:
        """Where, among the elements, each case begins, each parameter, each element."""
        new_case = np.diff(self.case, prepend=-1) != 0
        new_parameter = new_case | (np.diff(self.parameter, prepend=-1) != 0)
        everything = np.ones(len(self.case), dtype=bool)
        both: dict[Level, Truths] = {"case": new_case, "parameter": new_parameter, "element": everything}
        return {level: np.flatnonzero(each) for level, each in both.items()}

    def row(self, columns: Sequence[Sequence[Any]]) -> Any:
        """Put arrays into one row.

        Args:
            columns: by case and parameter, (steps, *shape).

        Returns:
            One value a place.

        """
        return np.concatenate([path.reshape(len(path), -1).T.ravel() for case in columns for path in case])

    def first(self, true: Truths) -> Whole:
        """Return the first step, by element, in which something holds.

        Args:
            true: whether it does, at each place of the row.

        Returns:
            The steps, counted from 1; NEVER where there is none.

        """
        found: Whole = np.minimum.reduceat(np.where(true, self.step, NEVER), self.starts)
        return found

    def by(self, level: Level, first: Whole) -> Whole:
        """Return the earliest step among all elements that belong together.

        Args:
            level: which belong together: those of a case, of a parameter, or each alone.
            first: by element, a step.

        Returns:
            The step, one a case, a parameter or an element.

        """
        found: Whole = np.minimum.reduceat(first, self.begins[level])
        return found

    def at_each(self, level: Level, values: Whole) -> Whole:
        """Return what was found by case, parameter or element at each of their places.

        Args:
            level: by which.
            values: one each.

        Returns:
            One a place.

        """
        count = np.diff([*self.begins[level], len(self.case)])
        return np.repeat(np.repeat(values, count), self.steps)

    def left(self, answers: Mapping[str, Answer]) -> Whole | None:
        """Return the step in which each element leaves the right path.

        Args:
            answers: by case id, the learner's.

        Returns:
            The steps, counted from 1, NEVER for an element that is right to its end; None if a case was not run to its
            end, so that nobody knows what would have come.

        """
        if not all(case.id in answers and answers[case.id].steps == case.steps for case in self.cases):
            return None
        found = []
        for case, right in zip(self.cases, self.expected, strict=True):
            for start, path, got in zip(case.params, right.params, answers[case.id].params, strict=True):
                wrong = off(path, got, start).reshape(case.steps, -1)
                found.append(np.where(wrong.any(axis=0), wrong.argmax(axis=0) + 1, NEVER))
        return np.concatenate(found)
