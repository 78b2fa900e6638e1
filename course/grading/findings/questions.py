"""What a wrong file is asked in a run of its own: small cases made from the first public one, by what they vary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.findings.asking import probe, with_values
from course.grading.findings.change import pick
from course.grading.findings.fitting import AHEAD, defaults, values_of, varied_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Array, Case
    from course.grading.findings.asking import Meanwhile
    from course.grading.findings.evidence import Evidence
    from course.grading.wire import Answer, Described
    from course.topic import Topic


MIDWAY = 4
"""The step before which a hyperparameter is changed."""


def first_steps(core: Sequence[Case]) -> Case:
    """Return the first steps of the case in which nothing is at its default."""
    return replace(core[0], grads=core[0].grads[:AHEAD], schedule={})


def varied(topic: Topic, case: Case) -> dict[str, tuple[Case, Any, Any]]:
    """Make a question for one hyperparameter at a time.

    Args:
        topic: which exercise.
        case: in which all of them are given.

    Returns:
        By hyperparameter, or element of one: the question, and what it is in `case` and in the question. A whole number
        becomes one less or more, every other one half as large.

    """
    made = {}
    for name in varied_names(topic):
        before = pick(values_of(topic, case), name)
        if isinstance(before, int):
            after: Any = before - 1 if before > 1 else before + 1
        else:
            after = float(f"{before / 2:.3g}")
        made[name] = (with_values(case, {name: after}, defaults(topic)), before, after)
    return made


def changed_midway(topic: Topic, case: Case, core: Sequence[Case]) -> dict[str, Case]:
    """Change one hyperparameter at a time between two steps, each that a schedule of the public cases changes.

    Args:
        topic: which exercise.
        case: in which all of them are given.
        core: the public cases.

    Returns:
        The questions by hyperparameter.

    """
    scheduled = {name for each in core for changes in each.schedule.values() for name in changes}
    made = {}
    for name in defaults(topic):
        if name in scheduled and name in case.hyperparameters:
            given = case.hyperparameters[name]
            new = [each / 2 for each in given] if isinstance(given, (list, tuple)) else given / 2
            made[name] = probe(case, schedule={MIDWAY: {name: new}})
    return made


@dataclass(frozen=True)
class Interview:
    """What a file was asked in one run, and what it answered."""

    base: Case
    varied: Mapping[str, tuple[Case, Any, Any]]
    changed: Mapping[str, Case]
    answers: Mapping[str, Answer]
    described: Described | None

    @classmethod
    def hold(
        cls, evidence: Evidence, first: Case, more: Sequence[Case], meanwhile: Meanwhile | None = None
    ) -> Interview:
        """Ask everything at once; a file that does not answer has said nothing.

        Args:
            evidence: what is known of the file.
            first: the question of which one hyperparameter at a time is varied.
            more: further questions.
            meanwhile: what is done here while the file answers.

        Returns:
            The questions and the answers.

        """
        variations = varied(evidence.topic, first)
        changes = changed_midway(evidence.topic, first, evidence.core)
        answers: Mapping[str, Answer] = {}
        if evidence.asker:
            asked = [first, *(case for case, _, _ in variations.values()), *changes.values(), *more]
            answers = evidence.asker.ask(asked, tuple(defaults(evidence.topic)), meanwhile=meanwhile)
        return cls(first, variations, changes, answers, evidence.asker.described if evidence.asker else None)

    def path(self, case: Case) -> tuple[Array, ...] | None:
        """Return how the file moves the parameters of a question; None if it has not answered, or not in numbers."""
        answer = self.answers.get(case.id)
        if answer is None or not all(np.isfinite(path).all() for path in answer.params):
            return None
        return answer.params


def description(evidence: Evidence) -> Described | None:
    """Ask how the class takes its hyperparameters, and for no more than one step.

    Args:
        evidence: what is known of the file.

    Returns:
        What the class tells; None if nothing.

    """
    if evidence.asker is None:
        return None
    first = first_steps(evidence.core)
    evidence.asker.ask([probe(first, grads=first.grads[:1])], tuple(defaults(evidence.topic)))
    return evidence.asker.described


def same(one: Sequence[Array], other: Sequence[Array]) -> bool:
    """Return whether two paths are the same in every bit of every number.

    Args:
        one: by parameter, (steps, *shape).
        other: another such path.

    Returns:
        True if they are.

    """
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
