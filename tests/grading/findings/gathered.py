"""What is known of a file, as a search for findings is given it, without what the catalogue recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.diagnosis import Diagnosis
from course.grading.findings.asking import Asker
from course.grading.findings.evidence import Evidence
from course.rule import load
from course.topic import Topic
from tests.grading import catalogued
from tests.grading.truth import Truth

if TYPE_CHECKING:
    from pathlib import Path


def gathered(stem: str, source: str, folder: Path) -> tuple[Truth, Evidence]:
    """Run a file on all cases.

    Args:
        stem: the topic.
        source: what is in the file.
        folder: where it may lie.

    Returns:
        Its numbers, and what a search for findings knows of it.

    """
    file = folder / f"{stem}.py"
    file.write_text(source, "utf-8")
    judged = catalogued.judged(stem, load(file, Topic.load(stem).class_name), file)
    truth = Truth(judged)
    astray = {case.id for case in judged.cases if not truth.numbers_right(case)}
    asker = Asker(lambda given, cases, *_: (judged.again(cases, given), None), source=source.encode())
    evidence = Evidence.of(judged.topic, judged.cases, judged.answers, judged.references, astray, Diagnosis(), asker)
    return truth, evidence
