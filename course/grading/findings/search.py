"""Finds out what can be told about a file that no entry of the catalogue fits, and in which order to tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.findings import patterns, smallest
from course.grading.findings.finding import Finding, Findings
from course.grading.mistakes import catalogue, title_of
from course.text import Text

if TYPE_CHECKING:
    from course.grading.diagnosis import Diagnosis
    from course.grading.findings.evidence import Evidence
    from course.topic import Topic

TITLED = Text(en="{title}. {explanation}", zh="{title}。{explanation}")


def search(evidence: Evidence) -> Findings:
    """Find out what can be told about a file whose numbers are wrong and which no catalogued mistake explains.

    Args:
        evidence: what is known of it.

    Returns:
        What was found, in the order in which it is told; nothing where the file answers nothing.

    """
    if evidence.diagnosis.fits or not evidence.diagnosis.searched:
        return Findings()
    told = (patterns.pattern(evidence), smallest.smallest(evidence))
    return Findings(found=tuple(each for each in told if each))


def mistakes(topic: Topic, diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """Return the mistakes that are certain, as findings.

    Args:
        topic: which exercise.
        diagnosis: what the catalogue recognised.

    Returns:
        One finding a mistake.

    """
    book = catalogue(topic)
    found = []
    for name in diagnosis.mistakes:
        text, where = title_of(topic, name), ""
        if name in book:
            text = TITLED.format(title=text, explanation=book[name].explanation)
            where = book[name].option or book[name].of
        found.append(Finding("mistake", name, where, text, {"mistake": name}))
    return tuple(found)
