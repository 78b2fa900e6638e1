"""Finds out what can be told about a file that no entry of the catalogue fits, and in which order to tell it."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from course.grading.findings import (
    combining,
    cures,
    following,
    hyperparameters,
    left_out,
    parts,
    patterns,
    precision,
    properties,
    rates,
    signature,
    smallest,
    stepwise,
    weights,
)
from course.grading.findings.change import pick, split
from course.grading.findings.finding import Finding, Findings
from course.grading.findings.fitting import Fitter, values_of
from course.grading.findings.questions import Interview, description
from course.grading.findings.symmetries import NOT_REPEATABLE
from course.grading.mistakes import catalogue, title_of
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from course.grading.diagnosis import Diagnosis
    from course.grading.findings.evidence import Evidence
    from course.topic import Topic

MOST = 4
"""Findings that one message tells, where none of them explains everything."""

TITLED = Text(en="{title}. {explanation}", zh="{title}。{explanation}")


def search(evidence: Evidence) -> Findings:
    """Find out what can be told about a file whose numbers are wrong and which no catalogued mistake explains.

    Args:
        evidence: what is known of it.

    Returns:
        What was found, in the order in which it is told; nothing where the file answers nothing.

    """
    topic, diagnosis = evidence.topic, evidence.diagnosis
    cannot_be_made = _cannot_be_made(evidence)
    if diagnosis.fits or not (diagnosis.searched or cannot_be_made) or not topic.solution.is_file():
        return Findings()
    if cannot_be_made:
        return Findings(signature.of_arguments(topic, description(evidence))[:MOST])
    with np.errstate(all="ignore"):
        pattern_of = functools.cache(functools.partial(patterns.pattern, evidence))
        required = properties.required(topic)
        questions = (*parts.parts(topic).questions, *required.questions)
        interview = Interview.hold(evidence, required.base, questions, meanwhile=pattern_of)
        broken = properties.broken(topic, interview)
        if broken and broken.id == NOT_REPEATABLE:  # then nothing else that was seen can be relied upon
            last = smallest.smallest(replace(evidence, asker=None))
            return Findings((broken, *([last] if last else ())))
        ignored = hyperparameters.ignored(topic, interview)
        bases = {split(name)[0] for name in ignored}
        kept = [name for name in hyperparameters.kept(topic, interview) if name not in bases]
        explained = combining.whole(combining.Seen(Fitter(evidence), interview.described, ignored, kept))
        if explained.whole:
            return explained
        path_of = functools.cache(functools.partial(_path, evidence))
        edit = left_out.left_out(evidence, meanwhile=path_of)
        found = [edit] if edit else []
        found += signature.of_defaults(evidence, interview.described)
        found += [hyperparameters.ignores(interview, name) for name in ignored]
        found += [hyperparameters.keeps(interview, name) for name in kept]
        found += following.astray(topic, interview) if not kept else []
        path, whole = path_of()
        found += [path] if path and (whole or not edit) else []
        found += [broken] if broken else []
        some = [] if edit else parts.findings(topic, interview)
        pattern = pattern_of() if not edit or len(evidence.astray) > 1 else None  # of one case much is true by chance
        if not pattern and not whole and not edit:
            pattern = cures.cure(evidence) or patterns.until_somewhere(evidence)
        last = smallest.smallest(evidence)
    if pattern and not patterns.follows(pattern, found):
        found.append(pattern)
    about = {re.split(r"\W", each.where)[0] for each in found if each.where}
    found += [each for each in some if each.claim["part"] != "without" or _tells(evidence, each.where, about)]
    return Findings((*found[:MOST], *([last] if last else ())))


def _tells(evidence: Evidence, name: str, about: Collection[str]) -> bool:
    """Return whether it is news that a file is right without a hyperparameter, and no wrong case speaks against it."""
    wrong = [case for case in evidence.core if case.id in evidence.astray]
    told = re.split(r"\W", name)[0] in about
    return not told and all(pick(values_of(evidence.topic, case), name) != 0 for case in wrong)


def _path(evidence: Evidence) -> tuple[Finding | None, bool]:
    """Return what the numbers of the path tell by themselves, and whether that is true of every step of all cases."""
    whole = precision.precision(evidence) or rates.rates(evidence)
    return whole or stepwise.stepwise(evidence) or weights.weights(evidence), whole is not None


def _cannot_be_made(evidence: Evidence) -> bool:
    """Return whether the class is called in vain somewhere: it lacks an argument, or wants one that is not given."""
    problems = (answer.problem or {} for answer in evidence.answers.values())
    return any(each.get("kind") in {"hyperparameter-unknown", "not-made"} for each in problems)


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
