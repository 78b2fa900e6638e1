"""What every right rule of a topic has in common, asked of a wrong one: symmetries, scales, memory, independence.

No table says which rule has which property: the course's own solution is asked the same, and what holds of it must hold
of every right rule. The first property that fails, from the simplest to the subtlest, is told by what was seen.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.grading import case_set
from course.grading.facts import constant_ratio, figure
from course.grading.findings.asking import probe, right
from course.grading.findings.finding import Finding
from course.grading.findings.hyperparameters import number
from course.grading.findings.questions import first_steps
from course.grading.findings.symmetries import NOT_REPEATABLE, TIMES, properties
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.findings.questions import Interview
    from course.grading.findings.symmetries import Path, Property
    from course.text import Text
    from course.topic import Topic

TEXTS = texts(__file__)

SEEN = {
    "not-repeatable": TEXTS["not-repeatable"],
    "moves-without-gradient": TEXTS["moves-without-gradient"],
    "depends-on-other-parameters": TEXTS["depends-on-other-parameters"],
    "depends-on-other-elements": TEXTS["depends-on-other-elements"],
    "depends-on-shape": TEXTS["depends-on-shape"],
    "depends-on-sign": TEXTS["depends-on-sign"],
    "depends-on-parameter": TEXTS["depends-on-parameter"],
    "decay-out-of-proportion": TEXTS["decay-out-of-proportion"],
    "decay-not-times-lr": TEXTS["decay-not-times-lr"],
    "not-proportional-to-lr": TEXTS["not-proportional-to-lr"],
    "not-proportional-to-lr-by-far": TEXTS["not-proportional-to-lr-by-far"],
    "zero-hyperparameter": TEXTS["zero-hyperparameter"],
    "not-linear-in-grad": TEXTS["not-linear-in-grad"],
    "not-linear-in-grad-by-a-factor": TEXTS["not-linear-in-grad-by-a-factor"],
    "zero-gradient": TEXTS["zero-gradient"],
    "zero-rate": TEXTS["zero-rate"],
    "large-gradient": TEXTS["large-gradient"],
    "large-gradient-by-a-factor": TEXTS["large-gradient-by-a-factor"],
    "large-gradient-with-eps": TEXTS["large-gradient-with-eps"],
    "small-gradient": TEXTS["small-gradient"],
    "small-gradient-by-a-factor": TEXTS["small-gradient-by-a-factor"],
    "small-gradient-with-eps": TEXTS["small-gradient-with-eps"],
    "depends-on-scale": TEXTS["depends-on-scale"],
    "depends-on-scale-by-a-factor": TEXTS["depends-on-scale-by-a-factor"],
    "eps-out-of-scale": TEXTS["eps-out-of-scale"],
    "eps-out-of-scale-squared": TEXTS["eps-out-of-scale-squared"],
    "memory-too-long": TEXTS["memory-too-long"],
    "memory-too-short": TEXTS["memory-too-short"],
}
"""What was seen where a property fails: by its id, some of them with eps or a factor."""


FEW_TIMES = 2.0
"""A rate that many times as large is called twice as large."""

HOLDS, FAILS = 1e-9, 1e-6
"""Shares of the distance moved within which two numbers are the same, and beyond which they are not."""


@dataclass(frozen=True)
class Required:
    """What is asked of every wrong file of a topic."""

    base: Case
    properties: tuple[tuple[Property, bool], ...]
    """In the order in which they are told, each with whether it holds of the right rule."""
    questions: tuple[Case, ...]
    """Every case that is asked about beside `base`, each once; the one that only repeats it stands last."""


@functools.cache
def required(topic: Topic) -> Required:
    """Find out which properties the course's own solution has, and make the questions about those.

    Args:
        topic: which exercise.

    Returns:
        The properties that a right rule has, and those of its memory that it has not.

    """
    base = probe(first_steps(case_set.visible(topic)))
    known: dict[str, Path] = {}
    found = []
    for each in properties(base):
        ours = [known.setdefault(case.id, right(topic, case)) for case in each.cases]
        if all(whole(case, path) for case, path in zip(each.cases, ours, strict=True)) and not _idle(each, ours):
            apart = each.apart(ours)
            if apart <= HOLDS or (each.id == "memory" and apart > FAILS):
                found.append((each, apart <= HOLDS))
    cases = {case.id: case for each, _ in found for case in each.cases if case is not base}
    again = next(each.cases[1] for each, _ in found if each.id == NOT_REPEATABLE)
    return Required(base, tuple(found), tuple(sorted(cases.values(), key=lambda case: case is again)))


def broken(topic: Topic, interview: Interview) -> Finding | None:
    """Find the first property that every right rule has and the file has not.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        The finding; None if nothing is broken, or nothing was answered.

    """
    for each, holds in required(topic).properties:
        answered = [path for case in each.cases if (path := interview.path(case)) is not None]
        if len(answered) == len(each.cases):
            apart = each.apart(answered)
            if apart > FAILS if holds else apart <= HOLDS:
                return _finding(topic, each, answered, holds=holds)
    return None


def whole(case: Case, path: Path) -> bool:
    """Return whether a rule takes every step of a question, in numbers.

    Args:
        case: the question.
        path: by parameter, (steps, *shape).

    Returns:
        True if it does.

    """
    return all(len(column) == case.steps and np.isfinite(column).all() for column in path)


def _idle(each: Property, ours: Sequence[Path]) -> bool:
    """Return whether the right rule stands still there, so that nothing can be seen; without a gradient it must."""
    return each.id != "moves-without-gradient" and all(
        (path == start).all()
        for case, paths in zip(each.cases, ours, strict=True)
        for path, start in zip(paths, case.params, strict=True)
    )


def _finding(topic: Topic, each: Property, answered: Sequence[Path], *, holds: bool) -> Finding:
    """Say which property fails, and what was seen."""
    name, facts = each.id, dict(each.facts)
    if name == "memory":
        name = "memory-too-long" if holds else "memory-too-short"
    key = name
    if power := facts.get("power"):
        facts["times_eps"] = facts["times"] ** power
        key = f"{name}-with-eps" if facts["times"] != TIMES else f"{name}-squared" if power == 2 else name
    elif name == "not-proportional-to-lr":
        key = name if facts["times"] == FEW_TIMES else f"{name}-by-far"
    elif "degree" in facts and (ratio := _ratio(each, answered)) is not None:
        key, facts["ratio"] = f"{name}-by-a-factor", ratio
    shown = {fact: number(value) if fact == "tiny" else figure(value) for fact, value in facts.items() if fact in SHOWN}
    shown |= {"times": figure(TIMES)} if "times" not in shown else {}
    text = SEEN[key].format(topic=topic.title, **{**facts, **shown})
    if facts.get("decay"):
        text = without_decay(text)
    return Finding("property", name, facts.get("name", ""), text, {"property": each.id, "holds": holds, **facts})


def without_decay(text: Text) -> Text:
    """Say of a sentence that it holds without weight decay."""
    return TEXTS["without-decay"].format(text=text)


SHOWN = ("ratio", "times", "times_eps", "shift", "tiny")
"""Facts that are shown with few digits."""


def _ratio(each: Property, answered: Sequence[Path]) -> float | None:
    """Return by which wrong factor the first step of the first parameter grows, if it is one for all elements."""
    start = each.cases[0].params[0]
    before, after = (path[0][0] - start for path in answered)
    return constant_ratio(after, before * each.facts["times"] ** each.facts["degree"]) and constant_ratio(after, before)
