"""As if a hyperparameter were another number at each step: a rate that shrinks, a momentum that grows, a limit.

The solution walks beside the file. Where the file leaves it, one hyperparameter is fitted for that step alone, by one
element; all other elements of all parameters must then be where the file's are. Nothing is run but rules of ours.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.findings.asking import made
from course.grading.findings.change import pick, put, split
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import short, values_of, varied_names
from course.grading.findings.hyperparameters import kebab, number
from course.grading.trail import EXACT, Trail
from course.rule import Run, assign, hyperparameters
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.evidence import Evidence
    from course.topic import Topic

    After = tuple[Array, Any]
    """A parameter and its state after a step."""

TEXTS = texts(__file__)

NOT_COMPUTED = (ValueError, TypeError, ArithmeticError)
"""What the solution raises with a number with which it does not compute."""
CASES = 3
"""Wrong cases that are looked at: what goes by the step shows in each."""
FEWEST, MOST = 2, 5
"""Steps in which a number has to be fitted: so many at least, and no more are looked at."""
AFTERWARDS = 8
"""One is enough where the file goes the right way in so many steps after it, to its end."""
BEYOND = 4
"""So many numbers more than are fitted must agree."""
TURNS = 30
"""Steps of the secant's method."""
NONE = 1e-12
"""What is smaller than this is 0."""
TINY = 1e-300
"""What is walked with in its place: with a momentum of 0 itself torch keeps no buffer."""
PIVOT, SMALL = 1e-3, 1e-9
"""By what share a hyperparameter is varied to see which element hangs on it most, and what share counts for none."""


@dataclass(frozen=True)
class Reading:
    """One hyperparameter in one case: what stands in its place, by step, counted from 1."""

    name: str
    case: Case
    values: Mapping[int, float]
    given: float
    """What it is at the first of these steps."""
    until: int
    """The step up to which that was seen: the last of the case, or the last of those that are looked at."""

    @property
    def constant(self) -> float | None:
        """The one number at all of these steps; None if there are several."""
        shown = {_shown(self, step) for step in self.values}  # which is as far as a number can be fitted
        return next(iter(self.values.values())) if len(shown) == 1 else None

    @property
    def tells(self) -> bool:
        """Whether another number is read than is given."""
        return any(_shown(self, step) != number(float(f"{self.given:.6g}")) for step in self.values)

    @property
    def simplicity(self) -> tuple[bool, int]:
        """The smaller, the likelier is this what the file does: one number before several, few digits before many."""
        return self.constant is None, sum(len(_shown(self, step)) for step in self.values) // len(self.values)


def stepwise(evidence: Evidence) -> Finding | None:
    """Find the hyperparameter that would have to be another one, step by step, for the right rule to go the file's way.

    Args:
        evidence: what is known of the file.

    Returns:
        The simplest such reading of one case; None if there is none.

    """
    wrong = [case for case in evidence.core if case.id in evidence.astray and case.id in evidence.answers]
    found = [reading for case in wrong[:CASES] for reading in _readings(evidence, case)]
    return _told(min(found, key=lambda reading: reading.simplicity)) if found else None


def _readings(evidence: Evidence, case: Case) -> Iterator[Reading]:
    """Yield what each hyperparameter would have to be in one case; as far as the file is right it is walked once."""
    walk = WalkBeside(evidence.topic, Trail.of(case, evidence.answers[case.id]))
    names = [name for name in varied_names(evidence.topic) if isinstance(pick(walk.values, name), float)]
    try:
        if not walk.until_they_part():
            return
    except NOT_COMPUTED:
        return
    for name in names:
        with suppress(*NOT_COMPUTED):
            if reading := _reading(walk.taken_up(), name):
                yield reading


def _reading(walk: WalkBeside, name: str) -> Reading | None:
    """Go on beside the file, fitting one hyperparameter in each step in which the solution leaves it."""
    given, fitted, beyond = pick(walk.values, name), dict[int, float](), 0
    while len(fitted) < MOST and walk.until_they_part():
        value, elements = walk.root(name)
        if not elements:
            return None
        beyond += elements - 1
        walk.go(walk.after(name, value))
        fitted[walk.step] = value
    read = Reading(name, walk.trail.case, fitted, given, walk.step)
    enough = len(fitted) >= FEWEST or (fitted and walk.step - max(fitted) >= AFTERWARDS)
    return read if enough and beyond >= BEYOND and read.tells else None


class WalkBeside:
    """The solution beside the file in one case, step by step, and what the next step would be.

    Args:
        topic: which exercise.
        trail: the file's numbers.

    """

    def __init__(self, topic: Topic, trail: Trail) -> None:
        self.trail = trail
        self.values: dict[str, Any] = values_of(topic, trail.case)
        """Every hyperparameter, as the schedule has left it."""
        self.step = 0
        """How many steps have been taken."""
        self.run = Run(made(topic)(**hyperparameters(trail.case.hyperparameters)), trail.case.params)
        self._margins = [trail.margin(i, EXACT) for i in range(len(trail.case.params))]

    def taken_up(self) -> WalkBeside:
        """Return another walk that goes on from here, and leaves this one where it is."""
        other = copy.copy(self)
        other.values, other.run = dict(self.values), copy.deepcopy(self.run)
        return other

    def until_they_part(self) -> bool:
        """Walk on to where the next step is another one than the file's.

        Returns:
            True there; False if the file has no more steps.

        Raises:
            ValueError, TypeError, ArithmeticError: the solution does not compute.

        """
        while self.step < self.trail.answer.steps:
            changes = self.trail.case.schedule.get(self.step + 1, {})
            self.values |= changes
            assign(self.run.rule, changes)
            after = self.after()
            if not self._near(after):
                return True
            self.go(after)
        return False

    def go(self, after: Sequence[After]) -> None:
        """Take a step that `after` has returned."""
        self.run.params, self.run.state = (list(each) for each in zip(*after, strict=True))
        self.step += 1

    def after(self, name: str = "", value: float = 0.0) -> list[After]:
        """Return each parameter and its state after the next step; nothing of the walk is changed.

        Args:
            name: a hyperparameter, or one element of it, that is another one in this step; "" for none.
            value: what stands in its place.

        Returns:
            A pair each.

        Raises:
            ArithmeticError: no real number is there.

        """
        run, base = self.run, split(name)[0] if name else ""
        if base:
            assign(run.rule, {base: put(self.values, name, value)[base]})
        beside = zip(run.params, self.trail.case.grads[self.step], run.state, strict=True)
        after = [run.rule.update(*each) for each in beside]
        if base:
            assign(run.rule, {base: self.values[base]})
        if any(np.iscomplexobj(new) for new, _ in after):
            raise ArithmeticError
        return after

    def _here(self) -> Iterator[tuple[Array, Array]]:
        """Yield where the file's parameters are after the next step, and how near is near enough."""
        for got, margin in zip(self.trail.answer.params, self._margins, strict=True):
            yield got[self.step], margin[self.step]

    def _near(self, after: Sequence[After]) -> bool:
        beside = zip(after, self._here(), strict=True)
        return all(bool((np.abs(new - got) <= margin).all()) for (new, _), (got, margin) in beside)

    def root(self, name: str) -> tuple[float, int]:
        """Return with which number the solution takes the next step as the file does, and how many elements show it.

        Args:
            name: in the place of which hyperparameter, or of which element of one.

        Returns:
            The number, and the elements that hang on it; none if there is no such number.

        """

        def away(value: float) -> Array:
            beside = zip(self.after(name, value), self._here(), strict=True)
            return np.concatenate([np.ravel(new - got) for (new, _), (got, _) in beside])

        start = pick(self.values, name)
        margin = np.concatenate([np.ravel(each) for _, each in self._here()])
        one, other = start, start * (1 - PIVOT) if start else PIVOT
        first, second = away(one), away(other)
        slope = np.abs(second - first) / np.maximum(margin, 1e-300)
        if not np.isfinite(slope).all() or slope.max() <= SMALL:
            return start, 0
        pivot = int(slope.argmax())
        f, g = float(first[pivot]), float(second[pivot])
        for _ in range(TURNS):
            if g == f or not np.isfinite(g):
                break
            one, other, f = other, other - g * (other - one) / (g - f), g
            g = float(away(other)[pivot])
            if abs(other - one) <= 1e-13 * abs(other):
                break
        for value in (short(other) or TINY, other or TINY):
            if self._near(self.after(name, value)):
                return value, int((slope > SMALL * slope.max()).sum())
        return start, 0


def _told(reading: Reading) -> Finding:
    steps = sorted(reading.values)
    told = {
        "title": reading.case.title,
        "name": reading.name,
        "given": number(reading.given),
        "first": steps[0],
        "until": reading.until,
    }
    if len(steps) == 1:
        text = TEXTS["once"].format(**told, value=_shown(reading, steps[0]))
    elif reading.constant is not None:
        listed = [Text(en=str(step), zh=str(step)) for step in steps]
        text = TEXTS["constant"].format(
            **told, value=_shown(reading, steps[0]), steps=Text.joined(listed, en=", ", zh="、")
        )
    else:
        listed = [TEXTS["in-step"].format(value=_shown(reading, step), step=step) for step in steps]
        text = TEXTS["several"].format(**told, values=Text.joined(listed, en=", ", zh="，"))
    claim = {
        "name": reading.name,
        "case": reading.case.id,
        "values": dict(reading.values),
        "given": reading.given,
        "until": reading.until,
    }
    return Finding("hyperparameter", f"by-step-{kebab(reading.name)}", reading.name, text, claim)


def _shown(reading: Reading, step: int) -> str:
    """Format a fitted number with the digits that matter."""
    value = reading.values[step]
    return number(float(f"{value:.6g}") if abs(value) > NONE * max(map(abs, (1.0, *reading.values.values()))) else 0.0)
