"""What an answer allows of a mistake's path: how near its numbers must be, step by step, and where it may stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.compare import RIGHT, Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.mistakes.samples import Place
    from course.grading.wire import Answer


EXACT = Tolerance(1e-7, RIGHT.rounding)
"""However the mistake is written; two different mistakes are far more apart."""

FLOAT32 = Tolerance(1e-4, 1e-6)
"""If the mistake is to compute in float32: where that rounds depends on how it is written."""

STEPS = 160
"""How far a case is followed at first. What fits so far is followed to the end before it is named."""

BEYOND = 1e150
"""Numbers from here on are not compared: whether a square of theirs overflows depends on how a rule is written."""

UNDERFLOW = 1e-37
"""Below this the stored samples, which are float32, have lost their digits."""


@dataclass(frozen=True)
class Trail:
    """The bounds that one case's answer sets to a mistake's path: the learner's numbers and a tolerance for each."""

    case: Case
    answer: Answer
    moved: tuple[Array, ...]
    """By parameter, (steps, *shape): the largest distance from the start so far."""
    size: tuple[Array, ...]
    """By parameter, (steps, *shape): the largest number so far, grown by the root of the steps as rounding grows."""
    right: bool = False
    """Whether all its numbers are right."""

    @classmethod
    def of(cls, case: Case, answer: Answer, *, right: bool = False) -> Trail:
        """Return the trail of an answer.

        Args:
            case: what was run.
            answer: what came back.
            right: whether its numbers are torch's.

        Returns:
            The trail.

        """
        moved, size = [], []
        for start, got in zip(case.params, answer.params, strict=True):
            numbers = np.arange(1, len(got) + 1).reshape(-1, *[1] * start.ndim)
            with np.errstate(invalid="ignore", over="ignore"):
                moved.append(np.maximum.accumulate(np.abs(got - start)))
                largest = np.maximum.accumulate(np.maximum(np.abs(got), np.abs(start)))
            size.append(np.sqrt(numbers) * largest)
        return cls(case, answer, tuple(moved), tuple(size), right)

    def margin(self, i: int, tolerance: Tolerance, steps: int | None = None) -> Array:
        """Return how near is near enough.

        Args:
            i: of which parameter.
            tolerance: in shares of what has been moved so far, and of the largest number.
            steps: of how many steps, from the first on; of all if not given.

        Returns:
            (steps, *shape).

        """
        found: Array = tolerance.margin(self.moved[i][:steps], self.size[i][:steps])
        return found

    def follows(self, path: Sequence[Array], tolerance: Tolerance) -> bool:
        """Return whether the learner's rule takes the same first steps and, if the path stops there, stops too.

        Args:
            path: by parameter, (steps, *shape).
            tolerance: how near is near enough.

        Returns:
            True if it does.

        """
        until = min(STEPS, self.case.steps)
        steps = min(len(path[0]), until)
        if steps < until and not (self.answer.steps == steps and stopped_by_shapes(self.answer)):
            return False
        return self.answer.steps >= steps and self._near(path, steps, tolerance)

    def begins(self, path: Sequence[Array], tolerance: Tolerance) -> bool:
        """Return whether the learner's rule takes these steps first, however few they are.

        Args:
            path: by parameter, (steps, *shape).
            tolerance: how near is near enough.

        Returns:
            True if it does.

        """
        return self.answer.steps >= len(path[0]) > 0 and self._near(path, len(path[0]), tolerance)

    def follows_to_the_end(self, path: Sequence[Array]) -> bool:
        """Return whether the learner's rule takes the same steps as long as numbers can be compared.

        Args:
            path: by parameter, (steps, *shape).

        """
        for i, column in enumerate(path):
            if len(column) != self.answer.steps:
                return False
            both_huge = np.minimum(np.abs(column), np.abs(self.answer.params[i])) >= BEYOND
            until = int(np.argwhere(both_huge)[0][0]) if both_huge.any() else len(column)
            if not self._all_near(i, column[:until], EXACT):
                return False
        return True

    def _near(self, path: Sequence[Array], steps: int, tolerance: Tolerance) -> bool:
        return all(self._all_near(i, column[:steps], tolerance) for i, column in enumerate(path))

    def _all_near(self, i: int, new: Array, tolerance: Tolerance) -> bool:
        """Return whether parameter `i` is where the learner's is, in each of the first steps."""
        got = self.answer.params[i][: len(new)]
        close = np.abs(new - got) <= self.margin(i, tolerance, len(new))
        if close.all():
            return True
        both_huge = (np.abs(new) >= BEYOND) & (np.abs(got) >= BEYOND)
        return bool((close | (new == got) | both_huge | (np.isnan(new) & np.isnan(got))).all())


def stopped_by_shapes(answer: Answer) -> bool:
    """Return whether the answer ends because shapes do not go together."""
    problem = answer.problem or {}
    return problem.get("type") == "ValueError" or problem.get("kind") == "shape"


@dataclass(frozen=True)
class Bounds:
    """What the learner's numbers allow at the places where samples are taken."""

    got: Array
    """(places,)."""
    margin: Array
    """(places,); infinite where nothing was run."""

    @classmethod
    def of(cls, some: Sequence[Place], trails: Mapping[str, Trail], tolerance: Tolerance = FLOAT32) -> Bounds:
        """Return the bounds that some answers set.

        Args:
            some: where samples are taken; places in other cases, or beyond a case's end, allow everything.
            trails: by case id.
            tolerance: how near is near enough.

        Returns:
            The bounds.

        """
        got, margin = np.zeros(len(some)), np.full(len(some), np.inf)
        for k, place in enumerate(some):
            trail = trails.get(place.case)
            if trail is None or place.step >= trail.case.steps:
                continue
            there = place.step < trail.answer.steps
            value, moved, size = (
                float(each[place.parameter][place.step].flat[place.element]) if there else np.nan
                for each in (trail.answer.params, trail.moved, trail.size)
            )
            got[k], margin[k] = value, tolerance.margin(moved, size) + UNDERFLOW
        return cls(got, margin)

    @np.errstate(invalid="ignore")  # infinite numbers that are the same
    def allow(self, numbers: Any, got: Any = None) -> Any:
        """Compare stored samples of many rules at once.

        Args:
            numbers: (rules, places), float32.
            got: (places,), what they are compared with; the learner's numbers if nothing is said.

        Returns:
            (rules, places), booleans: whether the numbers may be the same.

        """
        got = self.got if got is None else got
        huge = np.isinf(numbers) & (np.abs(got) > np.finfo(np.float32).max)
        both_nan = np.isnan(numbers) & np.isnan(got)
        near = np.abs(numbers - got) <= self.margin
        return near | (numbers == got) | huge | both_nan | np.isposinf(self.margin)
