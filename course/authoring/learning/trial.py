"""Runs a rewritten solution beside what a file has computed: briefly at first, to the last step where that fits.

The dataclass of a solution takes longer to make than its first steps take. So a trial makes the bare class of the same
text. Its counts are floats: the square of a count, kept as the next count, would soon be a whole number that fills the
memory.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes.catalogue import rule_of
from course.grading.mistakes.simulate import steps as steps_of
from course.grading.mistakes.simulate import taken
from course.grading.trail import BEYOND, EXACT, FLOAT32, STEPS, UNDERFLOW, Trail
from course.rule import Run, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.wire import Answer
    from course.topic import Topic

FIRST = 16
"""Steps of each case that a trial runs: enough for a threshold, a synchronisation, the end of a warm-up."""
MEASURED = 8
"""Steps in which agreement is measured."""
DIGITS = 9.0
"""Digits of agreement beyond which two numbers count as the same."""
COUNT = re.compile(r"""(?<=["'][:,] )(\d+)(?=[,})])""")
"""A whole number that an entry of the state, or an attribute, begins with."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One case, and what the file has computed in its first steps: the elements of all parameters in one row a step."""

    case: Case
    got: Array
    """(steps, elements)."""
    margin: Array
    """How far from it a path is that may be the same, (steps, elements)."""
    moved: Array
    """The largest distance from the start so far, (steps, elements)."""

    def rows(self, rule_class: Any, steps: int) -> Iterator[Array]:
        """Run a rule in this case and yield a row after each step.

        Args:
            rule_class: what `plain_class` has made.
            steps: as many, or as many as there are.

        Yields:
            The elements of all parameters, (elements,).

        Raises:
            Exception: whatever the rule raises, or `ValueError` where it returns something else than a parameter.

        """
        rule = rule_class(**hyperparameters(self.case.hyperparameters))
        for params in itertools.islice(steps_of(Run(rule, self.case.params), self.case), min(steps, len(self.got))):
            if any(map(np.iscomplexobj, params)):
                raise ValueError("complex")
            yield np.concatenate([np.ravel(new) for new in params])


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a rule agrees with what a file has computed."""

    digits: float
    """Correct digits, on average over the cases; 9 at most."""
    cases: tuple[float, ...]
    """The same by case."""


NOTHING = Agreement(0.0, ())
"""What is said of a rule that stops by itself."""


def plain_class(topic: Topic, text: str, around: Sequence[type] = ()) -> Any:
    """Make the class that a rewritten solution defines, without the cost of a dataclass and with floats for counts.

    Args:
        topic: which exercise.
        text: of the solution, as edits see it.
        around: what is done around the rule.

    Returns:
        The class.

    Raises:
        Exception: whatever the text raises.

    """
    return rule_of(topic, COUNT.sub(r"\1.0", text), around, bare=True)


class Trial:
    """What a file has computed in the public core cases, to hold rules against.

    Args:
        topic: which exercise.
        cases: the public core cases, in the order in which they were run.
        answers: by case id.

    """

    def __init__(self, topic: Topic, cases: Sequence[Case], answers: Mapping[str, Answer]) -> None:
        self.topic = topic
        with np.errstate(all="ignore"):
            self.trails = [Trail.of(case, answers[case.id]) for case in cases]
            self.beside = tuple(_beside(trail) for trail in self.trails)

    def agreement(self, rule_class: Any) -> Agreement:
        """Run the first steps of every case and measure how far the rule agrees.

        Args:
            rule_class: what `plain_class` has made.

        Returns:
            How far it agrees.

        """
        digits = [self._digits(rule_class, one) for one in self.beside]
        return Agreement(float(np.mean(digits)), tuple(digits))

    def _digits(self, rule_class: Any, one: Beside) -> float:
        """Return how many digits of the distance moved are the same, on average over the first steps of a case."""
        try:
            rows = np.array([*one.rows(rule_class, MEASURED)], dtype=np.float64)
        except Exception:  # noqa: BLE001 - a rewritten rule may do anything that a rule of ours can
            return 0.0
        got, moved = one.got[: len(rows)], one.moved[: len(rows)]
        share = np.abs(rows - got) / np.where(moved > 0, moved, 1.0)
        share = np.where((rows == got) | (np.isnan(rows) & np.isnan(got)), 0.0, share)
        share = np.where(np.isfinite(share), share, 1.0)
        return float(np.mean(np.clip(-np.log10(np.maximum(share, 1e-300)), 0.0, DIGITS))) if share.size else 0.0

    def may_be(self, rule_class: Any, order: Sequence[int]) -> bool:
        """Return whether the rule takes the file's first steps; the first number that differs ends the run.

        Args:
            rule_class: what `plain_class` has made.
            order: the cases by number, those first in which most rules differ.

        Returns:
            True if it may be the same path.

        """
        return all(self._takes(rule_class, self.beside[number]) for number in order)

    def _takes(self, rule_class: Any, one: Beside) -> bool:
        try:
            return all(map(_near, one.rows(rule_class, FIRST), one.got, one.margin))
        except Exception:  # noqa: BLE001 - as above
            return False

    def follows(self, rule_class: Any) -> bool:
        """Return whether the rule answers every case as the file did, to the last step, as the diagnosis compares.

        Args:
            rule_class: what `plain_class` has made; a new one, where something is kept on it.

        Returns:
            True if it does.

        """
        with np.errstate(all="ignore"):
            for trail in self.trails:
                try:
                    rule = rule_class(**hyperparameters(trail.case.hyperparameters))
                    path = taken(rule, trail.case)
                except Exception:  # noqa: BLE001 - as above
                    return False
                if not trail.follows(path, EXACT):
                    return False
                if trail.case.steps > STEPS and not trail.follows_to_the_end(path):
                    return False
        return True


def _beside(trail: Trail) -> Beside:
    case, steps = trail.case, min(FIRST, trail.case.steps, trail.answer.steps)

    def rows(columns: Sequence[Array]) -> Array:
        return np.concatenate([each[:steps].reshape(steps, -1) for each in columns], axis=1)

    got, moved = rows(trail.answer.params), rows(trail.moved)
    margin = FLOAT32.relative * moved + FLOAT32.rounding * rows(trail.size) + UNDERFLOW
    return Beside(case, got, margin, moved)


def _near(new: Array, got: Array, margin: Array) -> bool:
    """Return whether numbers may be the same, as the stored samples are compared."""
    close = (np.abs(new - got) <= margin) | (new == got)
    if close.all():
        return True
    both_huge = (np.abs(new) >= BEYOND) & (np.abs(got) >= BEYOND)
    return bool((close | both_huge | (np.isnan(new) & np.isnan(got))).all())
