"""The smallest input on which a rule goes wrong: what to compute by hand, with the right numbers beside the file's.

The file runs on all small inputs of the topic at once (`lattice`). If it is right on all of them, the public case that
goes wrong after the fewest steps is made smaller, in one more run. How it is told is in `showing`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.compare import first_off, strays
from course.grading.findings import showing
from course.grading.findings.finding import Finding
from course.grading.findings.lattice import answered, lattice, reduced, right
from course.grading.findings.pieces import outlives

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.grading.case import Array, Case, Trajectory
    from course.grading.findings.evidence import Evidence
    from course.grading.wire import Answer
    from course.text import Text

SEEN = 1e-3
"""The share of the distance moved by which a difference is plain to see."""
LAST = "-again"
"""How the name of a question ends that is asked once more at the end: does the file remember the first?"""


@dataclass(frozen=True)
class Wrong:
    """An input on which a rule goes wrong in its last step, and both paths."""

    case: Case
    """As far as to that step."""
    right: Trajectory
    got: Answer
    parameter: int
    index: tuple[int, ...]
    plain: bool
    """Whether it is plain to see."""


def smallest(evidence: Evidence) -> Finding | None:
    """Find the smallest input on which a rule goes wrong, and say what to do with it.

    Args:
        evidence: what is known of the file.

    Returns:
        The finding; None if no number of any case is wrong.

    """
    place = _first(evidence)
    if place is None:
        return None
    with np.errstate(all="ignore"):
        found = _asked(evidence, lattice(evidence.topic), functools.partial(answered, evidence.topic))
        if found is not None:
            return _told(evidence, found, None)
        case, _, parameter, element = place
        smaller = reduced(*place)
        cases = [each for _, each in smaller]
        found = _asked(evidence, cases, lambda number: right(evidence.topic, cases[number]))
        if found is None:
            return _by_case(evidence, *place)
    kept = next(kept for kept, each in smaller if each.id == found.case.id)
    return _told(evidence, found, showing.origin(case, kept, parameter, element))


def _asked(evidence: Evidence, cases: Sequence[Case], path: Callable[[int], Trajectory]) -> Wrong | None:
    """Ask the file, and take the first input on which it is plainly wrong, or else wrong at all."""
    if evidence.asker is None:
        return None
    again = replace(cases[0], id=cases[0].id + LAST)
    answers = evidence.asker.ask([*cases, again])
    found: Wrong | None = None
    for number, case in enumerate(cases):
        answer = answers.get(case.id)
        wrong = _wrong(case, path(number), answer) if answer else None
        found = found or wrong
        if wrong and wrong.plain:
            found = wrong
            break
    if found and (outlives(evidence.asker.source) or not _alike(answers.get(cases[0].id), answers.get(again.id))):
        # The file remembers other cases, or may, or throws dice: what it does on this one by itself counts.
        alone = evidence.asker.ask([found.case]).get(found.case.id)
        return _wrong(found.case, found.right, alone) if alone else None
    return found


def _alike(one: Answer | None, other: Answer | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one.params, other.params, strict=True))


def _wrong(case: Case, path: Trajectory, answer: Answer) -> Wrong | None:
    """Return where an answer first leaves the right path, if it does."""
    if not all(np.isfinite(wanted).all() for wanted in path.params):
        return None
    place = first_off(path.params, answer.params, case.params)
    if place is None:
        return None
    step, i, element = place[0] - 1, *place[1:]
    index = tuple(int(k) for k in np.unravel_index(element, case.params[i].shape))
    values = case.params[i][index], path.params[i][(step, *index)], answer.params[i][(step, *index)]
    return Wrong(case.until(step + 1), path, answer, i, index, _plain(*map(float, values)))


def _plain(start: float, wanted: float, got: float) -> bool:
    """Return whether a difference shows in the first digits."""
    if not np.isfinite(got):
        return True
    moved = max(abs(wanted - start), abs(got - start))
    return bool(abs(got - wanted) > SEEN * max(moved, 1e-3 * abs(wanted)))


def _first(evidence: Evidence) -> tuple[Case, int, int, int] | None:
    """Return the case that goes wrong after the fewest steps: the case, the step, the parameter, the element."""
    return min(evidence.places(), key=lambda place: place[1], default=None)


def _told(evidence: Evidence, found: Wrong, origin: Text | None) -> Finding:
    """Show the input, and what is right and what the file has after its last step."""
    case, step, i = found.case, found.case.steps, found.parameter
    own = set[str]()  # what a right path has under one of torch's names is the learner's own, and no clue
    for each in evidence.core:
        if each.id in evidence.answers and each.id not in evidence.astray:
            own |= strays(evidence.expected[each.id], evidence.answers[each.id].state)

    def row(name: str, wanted: Sequence[Array], got: Sequence[Array] | None) -> showing.Quantity:
        pair = (wanted[i][step - 1], got[i][step - 1] if got else None)
        if wanted[i][step - 1].size > showing.MOST_SHOWN:
            pair = (pair[0][found.index], pair[1] if pair[1] is None else pair[1][found.index])
        return showing.Quantity(name, *pair)

    entries = [
        (name, columns)
        for name, columns in found.right.state.items()
        if name not in own and np.isfinite(columns[i][step - 1]).all()  # what does not exist yet is none
    ]
    rows = [row(name, columns, found.got.state.get(name)) for name, columns in entries]
    rows.append(row("", found.right.params, found.got.params))
    claim = {
        "hyperparameters": case.hyperparameters,
        "params": tuple(param.tolist() for param in case.params),
        "grads": tuple(tuple(grad.tolist() for grad in each) for each in case.grads),
        "schedule": case.schedule,
        "parameter": i,
        "index": found.index,
        "plain": found.plain,
        "of": case.id,
        "entries": tuple(row.name for row in rows if row.name),
    }
    index = found.index if case.params[i].size > showing.MOST_SHOWN else None
    text = showing.shown(evidence.topic, case, rows, index, origin)
    return Finding("smallest", "smallest-input", "", text, claim)


def _by_case(evidence: Evidence, case: Case, step: int, parameter: int, element: int) -> Finding:
    """Show the place in the public case, where nothing smaller shows it."""
    right, got = (
        float(path[step - 1].flat[element])
        for path in (evidence.expected[case.id].params[parameter], evidence.answers[case.id].params[parameter])
    )
    claim = {"case": case.id, "step": step, "parameter": parameter, "element": element}
    text = showing.of_case(case, step, parameter, element, right, got)
    return Finding("smallest", "first-wrong-step", case.id, text, claim)
