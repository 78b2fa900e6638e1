"""Which changes of a schedule a file does not follow: it is right without one, and goes wrong where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.findings.asking import wrong_step
from course.grading.findings.finding import Finding
from course.grading.findings.hyperparameters import number
from course.text import texts

if TYPE_CHECKING:
    from course.grading.case import Case
    from course.grading.findings.questions import Interview
    from course.topic import Topic

TEXTS = texts(__file__)

PRESENT = ("lr", "weight_decay", "eps")
"""What enters the present step alone, so that every right rule reads a change of it in the same way: `course.rule`."""


def astray(topic: Topic, interview: Interview) -> list[Finding]:
    """Find the hyperparameters whose change between two steps leads a file astray that is right where nothing changes.

    Args:
        topic: which exercise.
        interview: what the file answered.

    Returns:
        One finding a hyperparameter.

    """
    if _wrong_at(topic, interview, interview.base) != 0:
        return []
    found = []
    for name in PRESENT:
        step = _wrong_at(topic, interview, interview.changed[name]) if name in interview.changed else None
        if step and step >= min(interview.changed[name].schedule):
            found.append(_told(interview.changed[name], name, step))
    return found


def _wrong_at(topic: Topic, interview: Interview, case: Case) -> int | None:
    """Return the first wrong step of an answer, 0 if there is none; None if nobody knows."""
    path = interview.path(case)
    return None if path is None else wrong_step(topic, case, path)


def _told(case: Case, name: str, wrong: int) -> Finding:
    ((step, changes),) = case.schedule.items()
    before, after = case.hyperparameters[name], changes[name]
    told = {"name": name, "step": step, "before": number(before), "after": number(after), "wrong": wrong}
    told["asked"] = case.steps
    text = (TEXTS["at-once"] if wrong == step else TEXTS["later"]).format(**told)
    claim = {"name": name, "step": step, "before": before, "after": after, "wrong": wrong}
    return Finding("hyperparameter", "hyperparameter-changed", name, text, claim)
