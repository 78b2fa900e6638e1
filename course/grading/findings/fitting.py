"""Finds the number with which a rule of ours takes the learner's path: by inversion, then to the last step."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case_set import visible
from course.grading.findings.asking import made
from course.grading.findings.change import Substitution, changed, pick, split
from course.grading.mistakes.simulate import taken
from course.grading.trail import EXACT, STEPS, Trail
from course.rule import assign, hyperparameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.evidence import Evidence
    from course.grading.mistakes import Explanation
    from course.topic import Topic

AHEAD, FIRST = 10, 3
"""Steps within which every hyperparameter of every topic has shown in some element, and within which most have."""

ZOOMS, PARTS = 3, 33
"""How often a bracket is divided, and into how many parts; in the last of them the curve is straight."""

TRIES = 3
"""Values of which not even the first steps fit, until the others are left alone: most lie on the same curve."""

MOST = 16
"""Values that are held against a whole case."""

USUAL = (0.9, 0.99, 0.999, 0.9999, 0.95, 0.5, 0.05, 0.8, 0.25, 0.75, 1 / 3)
"""Numbers beside the powers of ten that are often written where a hyperparameter should be."""


def _grid() -> Array:
    sizes = 10.0 ** np.concatenate([np.arange(-16, -6), np.arange(-6, 3.01, 0.125)])
    near_one = 1 - 10.0 ** np.arange(-8, -0.3, 0.25)
    return np.unique(np.concatenate([-sizes[4::4], [0.0], sizes, near_one, USUAL]))


GRID = _grid()
"""What is tried first: the powers of ten, the usual numbers, and numbers close enough to find those between them."""
WHOLE = (1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 50, 100)
"""What is tried in the place of a whole number."""


@functools.cache
def defaults(topic: Topic) -> dict[str, Any]:
    """Return the solution's hyperparameters with their defaults, in its order; those without a default are left out."""
    fields = dataclasses.fields(made(topic))
    return {each.name: each.default for each in fields if each.default is not dataclasses.MISSING}


def values_of(topic: Topic, case: Case) -> dict[str, Any]:
    """Return the hyperparameters with which a right rule begins a case: those that are given, and defaults.

    Args:
        topic: which exercise.
        case: any case.

    Returns:
        By name.

    """
    return {**defaults(topic), **case.hyperparameters}


@functools.cache
def varied_names(topic: Topic) -> tuple[str, ...]:
    """Return what the core's cases vary, one number each: `lr`, `betas[0]`, `betas[1]`, …, in the solution's order."""
    core = [case for case in visible(topic) if not case.stretch]
    varied = {name for case in core for name in case.hyperparameters}
    found: list[str] = []
    for name, default in defaults(topic).items():
        if name in varied:
            found += [f"{name}[{i}]" for i in range(len(default))] if isinstance(default, tuple) else [name]
    return tuple(found)


@dataclass(frozen=True)
class Variant:
    """A rule of ours: the right one, or one with mistakes, given other hyperparameters than the learner's."""

    explanation: Explanation = ()
    changes: tuple[Substitution, ...] = ()
    style: str = ""


class Fitter:
    """Comparison of rules of ours with the learner's path.

    Args:
        evidence: what is known of the file; every core case has been answered.

    """

    def __init__(self, evidence: Evidence) -> None:
        self.topic, self.defaults = evidence.topic, defaults(evidence.topic)
        self._asker = evidence.asker
        trails = [
            Trail.of(case, evidence.answers[case.id], right=case.id not in evidence.astray) for case in evidence.core
        ]
        self.trails = sorted(trails, key=lambda trail: trail.case.steps)
        """The learner's numbers, the shortest cases first: most rules leave them there."""

    @property
    def literals(self) -> tuple[float, ...]:
        """The numbers that are written in the file."""
        return self._asker.literals if self._asker else ()

    def reproduces(self, variant: Variant) -> bool:
        """Return whether a rule answers every core case as the learner's did, to the last step."""
        rule_class = made(self.topic, variant.explanation, variant.style)
        for trail in self.trails:
            if not self._follows(rule_class, variant.changes, trail):
                self.trails = [
                    trail,
                    *(each for each in self.trails if each is not trail),
                ]  # the next one fails there, too
                return False
        return True

    def _follows(
        self, rule_class: Any, changes: Sequence[Substitution], trail: Trail, steps: int | None = None
    ) -> bool:
        """Whether a rule takes the learner's path in one case, or the first steps of it."""
        case = changed(trail.case, changes, self.defaults)
        if steps:
            case = replace(case, grads=case.grads[:steps])
        try:
            path = taken(rule_class(**hyperparameters(case.hyperparameters)), case)
        except (ArithmeticError, TypeError):  # a number that no rule computes with
            return False
        if steps:
            return trail.begins(path, EXACT)
        if not trail.follows(path, EXACT):
            return False
        return trail.case.steps <= STEPS or trail.follows_to_the_end(path)

    def still(self) -> bool:
        """Return whether nothing ever moves: then every number would do for a hyperparameter that scales the steps."""
        return all(
            (path == start).all()
            for trail in self.trails
            for start, path in zip(trail.case.params, trail.answer.params, strict=True)
        )

    def given(self, name: str) -> Any:
        """Return the value of a hyperparameter in the case that `values` looks at; None if there is no such case."""
        trail = self._telling(split(name)[0])
        return trail and pick(values_of(self.topic, trail.case), name)

    def values(self, variant: Variant, name: str) -> list[float]:
        """Find what a hyperparameter would have to be throughout one case for a rule to take the learner's path there.

        Args:
            variant: the rule.
            name: the hyperparameter, or one element of it, of which nothing is known.

        Returns:
            Values with which it takes the learner's path in that case; round ones before others.

        """
        trail = self._telling(split(name)[0])
        if trail is None:
            return []
        rule_class = made(self.topic, variant.explanation, variant.style)
        case = changed(trail.case, variant.changes, self.defaults)
        curve = ValueCurve(rule_class, case, name, self.defaults)
        found = curve.roots(trail.answer.params[0].reshape(len(trail.answer.params[0]), -1)[:AHEAD, 0])
        fits: list[float] = []
        failed = 0
        for value in found:
            changes = (*variant.changes, Substitution("constant", name, value))
            if failed < TRIES and self._follows(rule_class, changes, trail, FIRST):
                fits += [value] if self._follows(rule_class, changes, trail) else []
            else:
                failed += 1
        return fits

    def _telling(self, base: str) -> Trail | None:
        """Return a case that is wrong, best one in which a hyperparameter is given, and the others are, too."""
        wrong = [trail for trail in self.trails if not trail.right and len(trail.answer.params[0])]
        wrong.sort(
            key=lambda trail: (
                base not in trail.case.hyperparameters,
                -len(trail.case.hyperparameters),
                trail.case.steps * len(trail.case.params),
            )
        )
        return wrong[0] if wrong else None


class ValueCurve:
    """One element of the first parameter in a case, step by step, as one hyperparameter varies.

    Args:
        rule_class: a rule of ours.
        case: what it is run on.
        name: the hyperparameter, or one element of it.
        defaults: of the right rule.

    """

    def __init__(self, rule_class: Any, case: Case, name: str, defaults: Mapping[str, Any]) -> None:
        self.rule_class, self.case, self.name, self.defaults = rule_class, case, name, defaults
        self.start = float(case.params[0].flat[0])
        self.grads = [float(step[0].flat[0]) for step in case.grads[:FIRST]]
        self.later = [float(step[0].flat[0]) for step in case.grads[:AHEAD]]
        default = defaults[split(name)[0]]
        self.whole = isinstance(default, int) and not isinstance(default, bool)

    def at(self, values: Array) -> Array:
        """Return the element after each step, for each of these values.

        Args:
            values: of the hyperparameter, (values,).

        Returns:
            (steps, values); NaN where the rule cannot be computed.

        """
        try:
            return self._together(values)
        except (ValueError, TypeError, ArithmeticError):  # the rule decides by the value: one after the other
            return np.concatenate([self._alone(value) for value in values.reshape(-1, 1)], axis=1)

    def _alone(self, value: Array) -> Array:
        try:
            return self._together(value)
        except (ValueError, TypeError, ArithmeticError):
            return np.full((len(self.grads), 1), np.nan)

    def _together(self, values: Any) -> Array:
        case = Substitution("constant", self.name, values if len(values) > 1 else values[0]).applied(
            self.case, self.defaults
        )
        rule = self.rule_class(**hyperparameters(case.hyperparameters))
        param = np.full(len(values), self.start)
        state = rule.init(param)
        path = np.full((len(self.grads), len(values)), np.nan)
        for step, grad in enumerate(self.grads):
            assign(rule, case.schedule.get(step + 1, {}))
            param, state = rule.update(param, np.full(len(values), grad), state)
            path[step] = param
        return path

    def roots(self, got: Array) -> list[float]:
        """Return the values at which the curve meets the learner's path where it first depends on the value.

        Args:
            got: the element after each step, (steps,); fewer steps if it ended early.

        Returns:
            The values, round ones first; perhaps none.

        """
        grid = np.array(WHOLE, float) if self.whole else GRID
        curve = self.at(grid)[: len(got)]
        moved = np.abs(got - self.start)
        at = self._depends(curve, moved)
        if at is None and len(self.grads) < len(self.later):
            self.grads = self.later
            curve = self.at(grid)[: len(got)]
            at = self._depends(curve, moved)
        if at is None or not np.isfinite(got[: len(curve)]).all():
            return []
        # Before the step where it depends on the value, and after, what is right fits too.
        margin = EXACT.relative * np.maximum.accumulate(moved)[: len(curve), None] + 1e-14
        off = ~(np.abs(curve - got[: len(curve), None]) <= margin)
        if off[:at].all(axis=1).any():
            return []
        finite, away = np.isfinite(curve[at]), curve[at] - got[at]
        hits = np.logical_not(off.any(axis=0))
        found = [float(each) for each in sorted(grid[hits], key=_digits)][:MOST]
        if self.whole:
            return [int(each) for each in found]
        for k in np.flatnonzero(finite[:-1] & finite[1:] & ~hits[:-1] & ~hits[1:]):
            if away[k] * away[k + 1] < 0 and len(found) < MOST:
                root = self._between(float(grid[k]), float(grid[k + 1]), at, float(got[at]))
                found += dict.fromkeys([*_rounded(root), root])
        return found

    @staticmethod
    def _depends(curve: Array, moved: Array) -> int | None:
        """Return the first step, from 0, in which the element depends on the value; None if there is none."""
        finite = np.isfinite(curve)
        spread = np.where(finite, curve, -np.inf).max(axis=1) - np.where(finite, curve, np.inf).min(axis=1)
        depends = np.flatnonzero(spread > 1e-9 * np.maximum(moved[: len(curve)], 1e-300))
        return int(depends[0]) if depends.size else None

    def _between(self, low: float, high: float, at: int, got: float) -> float:
        """Return where the curve meets a number, between two values on different sides of it."""
        root = (low + high) / 2
        for _ in range(ZOOMS):
            values = np.linspace(low, high, PARTS)
            away = self.at(values)[at] - got
            crossed = np.flatnonzero(np.sign(away[:-1]) != np.sign(away[1:]))
            if not crossed.size:
                break
            k = crossed[0]
            low, high = float(values[k]), float(values[k + 1])
            if np.isfinite(away[k : k + 2]).all():
                root = low - float(away[k]) * (high - low) / float(away[k + 1] - away[k])
        return root


def _digits(value: float) -> tuple[int, float]:
    """How many digits it takes to write a number, and the larger of two powers of ten first."""
    return len(f"{value:.12g}".replace("0.", "").strip("0")), -abs(value)


def _rounded(value: float) -> list[float]:
    """Return the number with the fewest digits that a fit of a few digits may mean; none if it is no round one."""
    for digits in range(1, 7):
        for near in (float(f"{value:.{digits}g}"), 1 - float(f"{1 - value:.{digits}g}")):
            if abs(near - value) <= 1e-6 * abs(value):
                return [float(f"{near:.12g}")]
    return []


def short(value: float) -> float:
    """Return the round number that a fitted one means; itself, if it means none."""
    return next(iter(_rounded(value)), value)
