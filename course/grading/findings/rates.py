"""Which learning rates a rule has used that sets them for another one: each step is the right one, times a number.

Where the inner rule's memory does not hang on its rate, a wrong rate makes a step longer or shorter as a whole. So the
rates of a file can be read off its path, whatever made them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import digits
from course.grading.findings.finding import Finding
from course.grading.findings.fitting import values_of
from course.grading.findings.multiples import multiples
from course.grading.findings.values import whole_numbers
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case, Trajectory
    from course.grading.findings.evidence import Evidence
    from course.grading.wire import Answer
    from course.topic import Topic

TEXTS = texts(__file__)

SHOWN = 4
"""Rates that are told."""
OTHER = 1e-6
"""The share by which a rate is another one."""


def rates(evidence: Evidence) -> Finding | None:
    """Find the rates that a file has used in the first wrong case, if nothing but those is wrong there.

    Args:
        evidence: what is known of the file.

    Returns:
        The finding; None where no rate is set for an inner rule, or where something else is wrong, too.

    """
    for case in evidence.core:
        right, own = evidence.expected.get(case.id), evidence.answers.get(case.id)
        if case.id in evidence.astray and right and own and "inner" in case.hyperparameters and "lr" in right.state:
            return _told(evidence.topic, case, right, own) if own.steps == case.steps else None
    return None


def _told(topic: Topic, case: Case, right: Trajectory, own: Answer) -> Finding | None:
    """Say which rates a case was walked with, and which it should have been."""
    factors = multiples(case, right.params, own.params)
    if factors is None or not (wrong := np.flatnonzero(np.abs(factors - 1) > OTHER)).size:
        return None
    wanted = right.state["lr"][0]
    shown = [int(step) for step in wrong[:SHOWN]]
    got, should = ([float(rates[step]) for step in shown] for rates in (factors * wanted, wanted))
    pairs = [digits.pair(one, other) for one, other in zip(should, got, strict=True)]
    name = _counted(topic, case, wrong)
    text = (TEXTS["counted"] if name else TEXTS["anywhere"]).format(
        title=case.title,
        name=name,
        steps=_listed([str(step + 1) for step in shown]),
        got=_listed([told for _, told in pairs]),
        right=_listed([told for told, _ in pairs]),
    )
    claim = {"case": case.id, "steps": tuple(step + 1 for step in shown), "got": tuple(got), "right": tuple(should)}
    return Finding("pattern", "other-rate", name, text, claim)


def _counted(topic: Topic, case: Case, wrong: Any) -> str:
    """Return the hyperparameter that counts the steps among which all wrong ones are; "" if there is none."""
    begin = 0
    for name in whole_numbers(topic):
        end = begin + int(values_of(topic, case)[name])
        if ((begin <= wrong) & (wrong < end)).all():
            return name
        begin = end
    return ""


def _listed(values: Sequence[str]) -> Text:
    return Text(en=", ".join(values), zh="、".join(values))
