"""Which steps are wrong, each by itself: a single one, the first ones, or every so many.

Where nothing pulls a parameter back, a wrong step shifts the rest of the path and changes nothing else of it. So the
steps themselves are held against the right ones, in the cases without weight decay.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import RIGHT
from course.grading.findings.finding import Finding
from course.text import Text, texts

if TYPE_CHECKING:
    from course.grading.case import Case, Trajectory
    from course.grading.findings.evidence import Evidence
    from course.grading.findings.traits import TraitTable
    from course.grading.wire import Answer

TEXTS = texts(__file__)

FEW = 2
"""So many cases must have such a step; and so many of every so many steps must be seen beside the first."""
SEEN = 1e-3
"""What share of the distance moved rounding may hide."""
MOVES = 5
"""Steps that must move anything for a case to tell."""


def some_steps(evidence: Evidence, found: TraitTable) -> Finding | None:
    """Find the steps that are wrong, if they are the same in every case without weight decay, and others are right.

    Args:
        evidence: what is known of the file.
        found: the places of its cases.

    Returns:
        The finding; None if the wrong steps are none of these.

    """
    steps, moving = [], []
    for number, (case, right) in enumerate(zip(found.places.cases, found.places.expected, strict=True)):
        moves = {int(step) + 1 for step in np.flatnonzero(found.places.moves[number])}
        if not found.decays[number] and len(moves) >= MOVES:
            steps.append(_wrong(case, right, evidence.answers[case.id]))
            moving.append(moves)
    every = sorted(set().union(*steps))
    if not every or sum(map(bool, steps)) < FEW:
        return None
    first, last = every[0], every[-1]
    each = math.gcd(*(step - first for step in every))

    def are(known: range) -> bool:
        return all(own <= {*known} and not ({*known} - own) & moves for own, moves in zip(steps, moving, strict=True))

    def goes_on(last: int) -> bool:
        return sum(len([step for step in moves if step > last]) >= MOVES for moves in moving) >= FEW

    longest = max(found.places.cases, key=lambda case: case.steps).steps
    if first == last and goes_on(last) and are(range(first, first + 1)):
        name, text, claim = "only-in-step", TEXTS["one"].format(step=first), {"steps": (first, first + 1, 1)}
    elif goes_on(2 * last) and are(range(1, last + 1)):
        name, text, claim = "only-in-the-first-steps", TEXTS["first"].format(step=last), {"steps": (1, last + 1, 1)}
    elif each > 1 and len(every) > FEW and are(range(first, longest + 1, each)):
        shown = {"one": first, "two": first + each, "three": first + 2 * each}
        name, text, claim = "every-some-steps", TEXTS["every"].format(**shown), {"steps": (first, longest + 1, each)}
    else:
        return None
    where = TEXTS["without-decay"] if any(found.decays) else TEXTS["in-every-case"]
    return Finding("pattern", name, "", Text.joined([where, text], en=" ", zh=""), claim)


def _wrong(case: Case, right: Trajectory, answer: Answer) -> set[int]:
    """Return the steps, counted from 1, that some element does not take as the right rule does."""
    found: set[int] = set()
    for start, path, got in zip(case.params, right.params, answer.params, strict=True):
        error = got - path
        own = np.diff(error, axis=0, prepend=np.zeros((1, *start.shape)))
        moved = np.maximum.accumulate(np.abs(path - start))
        size = np.maximum.accumulate(np.maximum(np.abs(got), np.abs(path)))
        hidden = (RIGHT.rounding * size > SEEN * moved)[moved > 0].any()  # then it may be anything
        if hidden or not np.isfinite(got).all():
            return set(range(1, case.steps + 1))
        away = (~(np.abs(own) <= RIGHT.margin(moved, size))).reshape(len(path), -1).any(axis=1)
        found |= {int(step) + 1 for step in np.flatnonzero(away)}
    return found
