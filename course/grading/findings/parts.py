"""Which part of a rule is right and which is not: it is held beside the right one where only a part of it counts.

With beta1 at 0, Adam's numerator is the gradient; with a huge epsilon, nothing else of its denominator counts; with
zero gradients only decay is left. Where a file is right there and wrong otherwise, the mistake is in what was put out
of action; where its steps are the right ones but for a factor, that is told.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.grading import digits
from course.grading.facts import figure
from course.grading.findings.asking import probe, right, with_values
from course.grading.findings.change import pick
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import varied_names
from course.grading.findings.hyperparameters import kebab, number
from course.grading.findings.multiples import multiples, steps_of
from course.grading.findings.properties import FAILS, HOLDS, required, whole, without_decay
from course.grading.findings.symmetries import distance
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.questions import Interview
    from course.topic import Topic

TEXTS = texts(__file__)

HUGE = 1e12
"""An epsilon beside which no gradient of a question counts."""

SHOWN = 4
"""Factors that a sentence shows."""

ALIKE = 1e-8
"""How far the factors of several elements may lie apart, in shares, and still be one."""


@dataclass(frozen=True)
class Parts:
    """What is asked about parts of a topic's rule."""

    base: Case
    without: tuple[tuple[str, Case], ...]
    """By hyperparameter, the first question with 0 in its place."""
    plain: Case
    """Without weight decay, from 0 on, so that a tiny step is seen as exactly as a large one."""
    divided: Case | None
    """The same with a huge epsilon; None where that leaves more than one thing to be right."""
    exact: Case
    """Without weight decay and epsilon."""
    still: Case | None
    """Weight decay alone; None where it does not shrink all elements alike."""

    @property
    def questions(self) -> tuple[Case, ...]:
        """All that is asked beside the first question."""
        asked = [self.plain, self.divided, self.exact, self.still]
        return (*(case for _, case in self.without), *(case for case in asked if case))


@functools.cache
def parts(topic: Topic) -> Parts:
    """Make the questions about parts; of each, the course's own solution tells whether something can be seen there.

    Args:
        topic: which exercise.

    Returns:
        The questions.

    """
    base = required(topic).base
    given = base.hyperparameters
    decays, divides = "weight_decay" in given, "eps" in given
    still = {"weight_decay": 0.0} if decays else {}
    without = []
    for name in varied_names(topic):
        if name in given or name.partition("[")[0] in given:
            value = pick(given, name)
            if isinstance(value, float) and value and name != "lr":
                case = with_values(base, {name: 0.0})
                path = right(topic, case)
                moves = any((each != param).any() for each, param in zip(path, case.params, strict=True))
                if moves and whole(case, path) and not _same(right(topic, base), path, base):
                    without.append((name, case))
    start = tuple(0 * param for param in base.params)
    huge, larger = (with_values(base, {**still, "eps": eps}, params=start) for eps in (HUGE, 2 * HUGE))
    alone = divides and _same([2 * path for path in right(topic, larger)], right(topic, huge), huge)
    nothing = tuple(tuple(0 * grad for grad in step) for step in base.grads)
    decay = probe(base, grads=nothing)
    return Parts(
        base,
        tuple(without),
        with_values(base, still, params=start),
        huge if alone else None,
        with_values(base, {**still, **({"eps": 0.0} if divides else {})}),
        decay if decays and kept(decay, right(topic, decay)) is not None else None,
    )


def _same(one: Sequence[Array], other: Sequence[Array], case: Case) -> bool:
    return distance(one, other, case.params) <= HOLDS


def findings(topic: Topic, interview: Interview) -> list[Finding]:
    """Tell which parts of a file are right, and by which number another part is off.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        The findings; none where the first question is answered rightly, or nothing can be told.

    """
    asked = parts(topic)
    return [*_by_a_factor(topic, interview, asked), *_decay(topic, interview, asked)] or [
        *_denominator(topic, interview, asked),
        *_without(topic, interview, asked),
    ]


def _right(topic: Topic, interview: Interview, case: Case | None) -> bool | None:
    """Return whether a question is answered rightly; None if that is not clear, or it was not answered."""
    path = interview.path(case) if case else None
    if case is None or path is None:
        return None
    apart = distance(path, right(topic, case), case.params)
    return True if apart <= HOLDS else False if apart > FAILS else None


def _by_a_factor(topic: Topic, interview: Interview, asked: Parts) -> list[Finding]:
    path, wanted = interview.path(asked.exact), right(topic, asked.exact)
    factors = None if path is None else multiples(asked.exact, wanted, path)
    if factors is None or np.ptp(factors) <= FAILS or not steps_of(asked.exact, wanted).any(axis=1).all():
        return []
    (wrong,) = np.nonzero(np.abs(factors - 1) > FAILS)
    if not wrong.size:
        return []
    divides = "eps" in asked.exact.hyperparameters
    told = TEXTS["by-a-factor"] if divides else TEXTS["by-a-factor-without-eps"]
    begin = min(int(wrong[0]), len(factors) - SHOWN)
    shown = [Text(en=each, zh=each) for each in map(figure, factors[begin : begin + SHOWN])]
    listed = Text.joined(shown, en=", ", zh="、")
    text = told.format(factors=listed, begin=begin + 1, end=begin + SHOWN)
    return [Finding("part", "steps-by-a-factor", "", text, {"part": "factor", "factors": tuple(factors.tolist())})]


def kept(case: Case, path: Sequence[Array]) -> list[float] | None:
    """Return which share of every parameter each step leaves; None if that is not one share for all elements.

    Args:
        case: one with zero gradients.
        path: by parameter, (steps, *shape).

    Returns:
        One share a step.

    """
    before = [np.concatenate([start[None], each[:-1]]) for start, each in zip(case.params, path, strict=True)]
    shares = np.concatenate([(a / b).reshape(case.steps, -1) for a, b in zip(path, before, strict=True)], axis=1)
    if not np.isfinite(shares).all() or np.ptp(shares, axis=1).max() > ALIKE:
        return None
    return [float(each) for each in np.median(shares, axis=1)]


def _decay(topic: Topic, interview: Interview, asked: Parts) -> list[Finding]:
    path = interview.path(asked.still) if asked.still else None
    if asked.still is None or path is None:
        return []
    mine, wanted = kept(asked.still, path), kept(asked.still, right(topic, asked.still))
    if mine is None or wanted is None:
        return []
    step = next((k for k, (a, b) in enumerate(zip(mine, wanted, strict=True)) if abs(a - b) > FAILS), None)
    if step is None:
        return []
    given = asked.still.hyperparameters
    shown = {name: number(given[name]) for name in ("lr", "weight_decay") if name in given}
    each = [Text(en=f"`{name}` {value}", zh=f"`{name}` 为 {value}") for name, value in shown.items()]
    values = Text.joined(each, en=" and ", zh="、")
    facts = {"step": step + 1, "got": mine[step], "wanted": wanted[step]}
    should, got = digits.pair(wanted[step], mine[step])
    text = TEXTS["decay"].format(values=values, step=step + 1, got=got, wanted=should)
    return [Finding("part", "decay-by-another-share", "weight_decay", text, {"part": "decay", **facts})]


def _denominator(topic: Topic, interview: Interview, asked: Parts) -> list[Finding]:
    if _right(topic, interview, asked.divided) is not True or _right(topic, interview, asked.plain) is not False:
        return []
    text = TEXTS["denominator"].format(value=number(HUGE))
    if "weight_decay" in asked.base.hyperparameters:
        text = without_decay(text)
    return [Finding("part", "denominator-alone", "", text, {"part": "denominator", "eps": HUGE})]


def _without(topic: Topic, interview: Interview, asked: Parts) -> list[Finding]:
    if _right(topic, interview, asked.base) is not False:
        return []
    found = []
    for name, case in asked.without:
        if _right(topic, interview, case):
            value = pick(asked.base.hyperparameters, name)
            text = TEXTS["without"].format(name=name, value=number(value))
            claim = {"part": "without", "name": name, "value": value}
            found.append(Finding("part", f"right-without-{kebab(name)}", name, text, claim))
    return found
