"""What makes a case go wrong: it is changed in one thing at a time, and a change after which it comes out right tells.

For a file that is wrong in few places, of which no pattern tells what they have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.compare import first_off
from course.grading.findings.asking import probe, right, with_values
from course.grading.findings.change import pick, without
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import values_of, varied_names
from course.grading.findings.hyperparameters import number
from course.grading.findings.multiples import steps_of
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.evidence import Evidence

TEXTS = texts(__file__)

MOST = 3
"""Changes that are told."""
LONGEST = 60
"""Steps of a case that is asked about again; one that goes wrong later is told by the step."""


@dataclass(frozen=True)
class Cure:
    """One change of a case."""

    id: str
    where: str
    """The hyperparameter that is changed, or ""."""
    case: Case
    text: Text
    facts: dict[str, Any]
    """What has to be known to make it again."""


def cure(evidence: Evidence) -> Finding | None:
    """Find what a case that goes wrong must be changed in for the file to be right on it.

    Args:
        evidence: what is known of the file.

    Returns:
        The finding; None if no single change does it, or if every case goes wrong.

    """
    asker, place = evidence.asker, _place(evidence)
    if asker is None or place is None:
        return None
    case, parameter, step = place
    short = probe(case.until(step))
    tried = list(_changes(evidence, short, parameter))
    answers = asker.ask([short, *(each.case for each in tried)])

    def is_right(asked: Case) -> bool:
        answer, wanted = answers.get(asked.id), right(evidence.topic, asked)
        if answer is None or not all(np.isfinite(path).all() for path in wanted):
            return False
        return first_off(wanted, answer.params, asked.params) is None

    if short.id not in answers or is_right(short):
        return None

    def shows(asked: Case) -> bool:  # the right rule moves in the last step, so that something is to be seen there
        return bool(steps_of(asked, right(evidence.topic, asked))[-1].any())

    cures = [each for each in tried if is_right(each.case) and shows(each.case)]
    if not cures or len(cures) > MOST:
        return None
    listed = Text.joined([each.text for each in cures], en="; or ", zh="；或者")
    text = TEXTS["cured"].format(title=case.title, step=step, changes=listed)
    claim = {"case": case.id, "step": step, "cures": tuple((each.id, each.facts) for each in cures)}
    where = ", ".join(dict.fromkeys(each.where for each in cures if each.where and each.id == cures[0].id))
    return Finding("pattern", cures[0].id, where, text, claim)


def _place(evidence: Evidence) -> tuple[Case, int, int] | None:
    """Return the wrong case that goes wrong first, its parameter and its step, where others are right."""
    found = evidence.places()
    answered = all(case.id in evidence.answers for case in evidence.core)
    if not answered or not found or len(found) == len(evidence.core):
        return None
    case, step, parameter, _ = min(found, key=lambda place: place[1:3])
    return (case, parameter, step) if step <= LONGEST else None


def _changes(evidence: Evidence, case: Case, parameter: int) -> Iterator[Cure]:
    """Yield the case with one thing changed: a value, a change on the way, the other parameters, the shape."""
    others = [each for each in evidence.core if each.id not in evidence.astray]
    usual, given = (values_of(evidence.topic, each) for each in ((others or evidence.core)[0], case))
    for name in varied_names(evidence.topic):
        new, old = pick(usual, name), pick(given, name)
        if new != old:
            text = TEXTS["value"].format(name=name, new=number(new), old=number(old))
            changed = with_values(case, {name: new}, given)
            yield Cure("case-hyperparameter", name, changed, text, {"name": name, "new": new})
    for step, told in case.schedule.items():
        for name, value in told.items():
            text = TEXTS["change"].format(name=name, value=number(value), step=step)
            changed = probe(case, schedule={**case.schedule, step: without(told, name)})
            yield Cure("case-change", name, changed, text, {"name": name, "step": step})
    if len(case.params) > 1:
        alone = _only(case, parameter)
        text = TEXTS["alone"].format(parameter=parameter)
        yield Cure("case-other-parameters", "", alone, text, {"parameter": parameter})
    start = case.params[parameter]
    for shape in dict.fromkeys([(start.size,), (max(start.size // 2, 1),), (1,)]):
        if shape != start.shape:
            count = int(np.prod(shape))
            changed = _reshaped(case, parameter, count, shape)
            key = TEXTS["shape"] if count == start.size else TEXTS["shorter"]
            text = key.format(parameter=parameter, shape=start.shape, new=shape)
            yield Cure("case-shape", "", changed, text, {"parameter": parameter, "shape": shape})


def _only(case: Case, parameter: int) -> Case:
    grads = tuple((step[parameter],) for step in case.grads)
    return probe(case, params=(case.params[parameter],), grads=grads)


def _reshaped(case: Case, parameter: int, count: int, shape: tuple[int, ...]) -> Case:
    """Return the case with the first numbers of one parameter in another shape."""

    def other(arrays: Sequence[Array]) -> tuple[Array, ...]:
        return tuple(a.reshape(-1)[:count].reshape(shape) if i == parameter else a for i, a in enumerate(arrays))

    return probe(case, params=other(case.params), grads=tuple(map(other, case.grads)))
