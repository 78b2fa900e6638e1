"""Runs a rewritten solution beside what a file has computed: briefly at first, to the last step where that fits.

The dataclass of a solution takes longer to make than its first steps take. So a trial makes a plain class of the same
text; what is found is run once more as the solution is.
"""

from __future__ import annotations

import copy
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes.simulate import taken
from course.grading.trail import BEYOND, EXACT, FLOAT32, STEPS, UNDERFLOW, Trail
from course.rule import Run, assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.wire import Answer
    from course.topic import Topic

FIRST = 20
"""Steps of each case that a trial runs: enough for a threshold, a synchronisation, a warm-up."""
DIGITS = 9.0
"""Digits of agreement beyond which two numbers count as the same."""
IMPORT = re.compile(r"^from dataclasses import dataclass\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Beside:
    """One case, and what the file has computed in its first steps."""

    case: Case
    got: tuple[Array, ...]
    """By parameter, (steps, *shape)."""
    margin: tuple[Array, ...]
    """How far from it a path is that may be the same, by parameter, (steps, *shape)."""
    moved: tuple[Array, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a rule agrees with what a file has computed."""

    digits: float
    """Correct digits, on average over the cases; 9 at most."""
    cases: tuple[float, ...]
    """The same by case."""
    same: bool
    """Whether it may be the same path, as far as it was run."""


NOTHING = Agreement(0.0, (), same=False)
"""What is said of a rule that stops by itself."""


def _plain(cls: Any) -> Any:
    """Give a class what a dataclass has: its hyperparameters by keyword, defaults on the class."""

    def begin(self: Any, **given: Any) -> None:
        self.__dict__.update(given)
        getattr(self, "__post_init__", int)()

    cls.__init__ = begin
    return cls


def plain_class(topic: Topic, text: str, around: Sequence[type] = ()) -> Any:
    """Make the class that a rewritten solution defines, without the cost of a dataclass.

    Args:
        topic: which exercise.
        text: of the solution, as edits see it.
        around: what is done around the rule.

    Returns:
        The class.

    Raises:
        Exception: whatever the text raises.

    """
    module: dict[str, Any] = {"__name__": topic.stem, "np": np, "math": math, "copy": copy, "dataclass": _plain}
    exec(compile(IMPORT.sub("\n", text), "<rewritten>", "exec", dont_inherit=True), module)  # noqa: S102 - our own text
    found = module[topic.class_name]
    return type(topic.class_name, (*around, found), {}) if around else found


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
        """Run the first steps of every case and measure how far the rule agrees; none has to.

        Args:
            rule_class: what `plain_class` has made.

        Returns:
            How far it agrees.

        """
        digits: list[float] = []
        same = True
        for one in self.beside:
            path = _path(rule_class, one.case)
            if path is None or len(path[0]) < len(one.got[0]):
                digits.append(0.0)
                same = False
                continue
            digits.append(float(np.mean([_digits(*each) for each in zip(path, one.got, one.moved, strict=True)])))
            path = tuple(each[: len(one.got[0])] for each in path)
            same = same and all(_near(*each) for each in zip(path, one.got, one.margin, strict=True))
        return Agreement(float(np.mean(digits)), tuple(digits), same)

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
            rule = rule_class(**hyperparameters(one.case.hyperparameters))
            run = Run(rule, one.case.params)
            for step, grads in enumerate(one.case.grads[: len(one.got[0])]):
                assign(rule, one.case.schedule.get(step + 1, {}))
                run.step(grads)
                for new, got, margin in zip(run.params, one.got, one.margin, strict=True):
                    if not _near(new, got[step], margin[step]):
                        return False
        except Exception:  # noqa: BLE001 - a rewritten rule may do anything that a rule of ours can
            return False
        return True

    def follows(self, rule_class: Any) -> bool:
        """Return whether the rule answers every case as the file did, to the last step, as the diagnosis compares.

        Args:
            rule_class: the class, made as the solution makes it.

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
    case = trail.case
    steps = min(FIRST, case.steps, trail.answer.steps)
    got = tuple(each[:steps] for each in trail.answer.params)
    moved = tuple(each[:steps] for each in trail.moved)
    margin = tuple(
        FLOAT32.relative * far[:steps] + FLOAT32.rounding * size[:steps] + UNDERFLOW
        for far, size in zip(trail.moved, trail.size, strict=True)
    )
    return Beside(replace(case, grads=case.grads[:FIRST]), got, margin, moved)


def _path(rule_class: Any, case: Case) -> tuple[Array, ...] | None:
    """Return the path of a rule, or nothing if it raises or computes what is no number."""
    try:
        path = taken(rule_class(**hyperparameters(case.hyperparameters)), case)
    except Exception:  # noqa: BLE001 - a rewritten rule may do anything that a rule of ours can
        return None
    return path if path and len(path[0]) else None


def _near(new: Any, got: Array, margin: Array) -> bool:
    """Return whether numbers may be the same, as the stored samples are compared."""
    if np.shape(new) != got.shape or np.iscomplexobj(new):
        return False
    close = (np.abs(new - got) <= margin) | (new == got)
    if close.all():
        return True
    both_huge = (np.abs(new) >= BEYOND) & (np.abs(got) >= BEYOND)
    return bool((close | both_huge | (np.isnan(new) & np.isnan(got))).all())


def _digits(new: Array, got: Array, moved: Array) -> float:
    """Return how many digits of the distance moved are the same, on average over steps and elements."""
    if new.shape[1:] != got.shape[1:]:
        return 0.0
    new = new[: len(got)]
    off = np.abs(new - got)
    share = off / np.where(moved > 0, moved, 1.0)
    known = np.where((new == got) | (np.isnan(new) & np.isnan(got)), 0.0, share)
    known = np.where(np.isfinite(known), known, 1.0)
    return float(np.mean(np.clip(-np.log10(np.maximum(known, 1e-300)), 0.0, DIGITS))) if known.size else 0.0
