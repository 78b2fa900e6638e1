"""As if a hyperparameter were another number at each step: a rate that shrinks, a momentum that grows, a limit.

The solution walks beside the file. Where the file leaves it, one hyperparameter is fitted for that step alone, by one
element; all other elements of all parameters must then be where the file's are. Nothing is run but rules of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.findings.asking import made
from course.grading.findings.change import pick, put
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import defaults, short, varied_names
from course.grading.findings.hyperparameters import kebab, number
from course.grading.trail import EXACT, Trail
from course.rule import Run, assign, hyperparameters
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.evidence import Evidence

TEXTS = texts(__file__)

CASES = 3
"""Wrong cases that are looked at: what goes by the step shows in each."""
FEWEST, MOST = 2, 5
"""Steps in which a number has to be fitted: so many at least, and no more are looked at."""
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
        first, *others = self.values.values()
        return first if all(abs(each - first) <= EXACT.relative * abs(first) + NONE for each in others) else None

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
    found = [
        walk for case in wrong[:CASES] for name in varied_names(evidence.topic) if (walk := _walk(evidence, case, name))
    ]
    return _told(min(found, key=lambda walk: walk.simplicity)) if found else None


def _walk(evidence: Evidence, case: Case, name: str) -> Reading | None:
    """Follow the file through one case, fitting one hyperparameter where the solution leaves it."""
    known = defaults(evidence.topic)
    trail = Trail.of(case, evidence.answers[case.id])
    values: dict[str, Any] = {**known, **case.hyperparameters}
    if not isinstance(pick(values, name), float):
        return None
    base = name.partition("[")[0]
    rule = made(evidence.topic)(**hyperparameters(case.hyperparameters))
    run = Run(rule, case.params)
    fitted: dict[int, float] = {}
    given, beyond, until = 0.0, 0, 0
    for step, grads in enumerate(case.grads[: trail.answer.steps]):
        values |= case.schedule.get(step + 1, {})
        assign(rule, case.schedule.get(step + 1, {}))
        now = NextStep(rule, run, grads, trail, step)
        given = given if fitted else pick(values, name)
        try:
            if not now.near(now.at({})):
                value, elements = now.root(lambda new: put(values, name, new)[base], base, pick(values, name))  # noqa: B023
                if not elements:
                    return None
                fitted[step + 1] = value
                beyond += elements - 1
                assign(rule, {base: put(values, name, value)[base]})
            run.step(grads)
        except (ValueError, TypeError, ArithmeticError):  # a number with which the solution does not compute
            return None
        assign(rule, {base: values[base]})
        until = step + 1
        if len(fitted) == MOST:
            break
    return Reading(name, case, fitted, given, until) if len(fitted) >= FEWEST and beyond >= BEYOND else None


@dataclass
class NextStep:
    """One step of the solution, to be taken with one hyperparameter or another."""

    rule: Any
    run: Run
    grads: Sequence[Array]
    trail: Trail
    step: int

    def at(self, changes: Mapping[str, Any]) -> list[Array]:
        """Return where the parameters would be after it; nothing of the run is changed.

        Raises:
            ArithmeticError: no real number is there.

        """
        if changes:
            assign(self.rule, dict(changes))
        beside = zip(self.run.params, self.grads, self.run.state, strict=True)
        made = [np.asarray(self.rule.update(*each)[0]) for each in beside]
        if any(map(np.iscomplexobj, made)):
            raise ArithmeticError
        return made

    def _margins(self) -> Iterator[tuple[Array, Array]]:
        """Yield where the file's parameters are, and how near is near enough."""
        trail = self.trail
        for got, moved, size in zip(trail.answer.params, trail.moved, trail.size, strict=True):
            yield got[self.step], EXACT.relative * moved[self.step] + EXACT.rounding * size[self.step]

    def near(self, params: Sequence[Array]) -> bool:
        """Return whether the file's parameters are there after this step."""
        return all(
            bool((np.abs(new - got) <= margin).all())
            for new, (got, margin) in zip(params, self._margins(), strict=True)
        )

    def root(self, value_of: Any, base: str, start: float) -> tuple[float, int]:
        """Return the number with which the solution takes this step as the file does, and how many elements show it.

        Args:
            value_of: makes the hyperparameter of the number.
            base: its name.
            start: what the number is by rights.

        Returns:
            The number, and the elements that hang on it; none if there is no such number.

        """

        def away(value: float) -> Array:
            params = self.at({base: value_of(value)})
            return np.concatenate([np.ravel(new - got) for new, (got, _) in zip(params, self._margins(), strict=True)])

        margin = np.concatenate([np.ravel(each) for _, each in self._margins()])
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
            if self.near(self.at({base: value_of(value)})):
                return value, int((slope > SMALL * slope.max()).sum())
        return start, 0


def _told(walk: Reading) -> Finding:
    steps = sorted(walk.values)
    told = {
        "title": walk.case.title,
        "name": walk.name,
        "given": number(walk.given),
        "first": steps[0],
        "until": walk.until,
    }
    if walk.constant is not None:
        listed = [Text(en=str(step), zh=str(step)) for step in steps]
        text = TEXTS["constant"].format(
            **told, value=_shown(walk, steps[0]), steps=Text.joined(listed, en=", ", zh="、")
        )
    else:
        listed = [TEXTS["in-step"].format(value=_shown(walk, step), step=step) for step in steps]
        text = TEXTS["several"].format(**told, values=Text.joined(listed, en=", ", zh="，"))
    claim = {
        "name": walk.name,
        "case": walk.case.id,
        "values": dict(walk.values),
        "given": walk.given,
        "until": walk.until,
    }
    return Finding("hyperparameter", f"by-step-{kebab(walk.name)}", walk.name, text, claim)


def _shown(walk: Reading, step: int) -> str:
    """Format a fitted number with the digits that matter."""
    value = walk.values[step]
    return number(float(f"{value:.6g}") if abs(value) > NONE * max(map(abs, (1.0, *walk.values.values()))) else 0.0)
